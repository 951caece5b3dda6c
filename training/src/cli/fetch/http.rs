//! One request, and when to repeat it.
//!
//! A request runs on a thread of its own, so that Ctrl-C and a silent connection are both noticed while it waits for
//! the network.

use std::io::Read;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, SyncSender};
use std::thread;
use std::time::{Duration, Instant};

use ureq::tls::{RootCerts, TlsConfig};

use crate::cli::error::CliError;
use crate::cli::interrupt;

/// Bytes that are read at a time.
const CHUNK: usize = 64 << 10;

/// Number of pieces that may wait to be written.
const AHEAD: usize = 16;

/// Interval between two checks for Ctrl-C.
const POLL: Duration = Duration::from_millis(100);

/// The longest pause between two attempts of our own, and the longest that a server may ask for.
const LONGEST: Duration = Duration::from_mins(1);
const LONGEST_ASKED: Duration = Duration::from_mins(15);

/// Why a request failed.
#[derive(Debug)]
pub enum Failure {
    /// Another attempt may succeed, perhaps not before the time that the server asks for.
    Retryable(String, Option<Duration>),
    /// Another attempt would fail in the same way.
    Fatal(String),
    /// Ctrl-C.
    Interrupted,
    /// Not a problem of the network: a file that cannot be written.
    Local(CliError),
}

/// Makes requests.
pub struct Client {
    agent: ureq::Agent,
    retries: u32,
    delay: Duration,
    timeout: Duration,
}

/// A server's answer.
pub struct Answer {
    /// The status, such as 206.
    pub status: u16,
    /// The first byte and the length of the whole, by `Content-Range`.
    pub range: Option<(u64, Option<u64>)>,
    /// Bytes that are to come.
    pub length: Option<u64>,
    retry_after: Option<Duration>,
    timeout: Duration,
    events: Receiver<Event>,
}

/// Messages of a request's thread.
enum Event {
    Head {
        status: u16,
        range: Option<(u64, Option<u64>)>,
        length: Option<u64>,
        retry_after: Option<Duration>,
    },
    Bytes(Vec<u8>),
    End,
    Failed(Failure),
}

/// Trusted certificates: the system's, which know the proxy of a hospital or a cluster. A system without any, such as a
/// bare container, gets Mozilla's.
fn roots() -> RootCerts {
    #[cfg(all(unix, not(target_vendor = "apple"), not(target_os = "android")))]
    if rustls_native_certs::load_native_certs().certs.is_empty() {
        return RootCerts::WebPki;
    }
    RootCerts::PlatformVerifier
}

impl Client {
    /// A client that tries again `retries` times, waits `delay` before the first of these, and closes a connection
    /// after `timeout` without a byte.
    pub fn new(retries: u32, delay: Duration, timeout: Duration) -> Self {
        let config = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .timeout_connect(Some(timeout))
            .user_agent(concat!("regulens/", env!("CARGO_PKG_VERSION")))
            .accept_encoding("identity")
            .tls_config(TlsConfig::builder().root_certs(roots()).build())
            .build();
        Self {
            agent: config.into(),
            retries,
            delay,
            timeout,
        }
    }

    /// Requests an address, from byte `from` on. Redirects are followed.
    pub fn get(&self, address: &str, from: u64) -> Result<Answer, Failure> {
        let (sender, events) = mpsc::sync_channel(AHEAD);
        let mut request = self.agent.get(address).header("Accept", "application/json, */*;q=0.5");
        if from > 0 {
            request = request.header("Range", format!("bytes={from}-"));
        }
        // Where nobody listens any more, its next message ends the thread; until then it only waits for the network.
        thread::spawn(move || run(request, &sender));
        let mut answer = Answer {
            status: 0,
            range: None,
            length: None,
            retry_after: None,
            timeout: self.timeout,
            events,
        };
        match answer.event()? {
            Event::Head {
                status,
                range,
                length,
                retry_after,
            } => Ok(Answer {
                status,
                range,
                length,
                retry_after,
                ..answer
            }),
            Event::Failed(failure) => Err(failure),
            Event::Bytes(_) | Event::End => unreachable!("the head comes first"),
        }
    }

    /// Repeats an attempt while that can help. `what` names it in messages.
    pub fn retrying<T>(&self, what: &str, mut attempt: impl FnMut() -> Result<T, Failure>) -> Result<T, CliError> {
        let mut attempts = self.attempts();
        loop {
            let failure = match attempt() {
                Ok(done) => return Ok(done),
                Err(failure) => failure,
            };
            let file = what.to_owned();
            let interrupted = || CliError::Interrupted("nothing was written".to_owned());
            match failure {
                Failure::Retryable(problem, asked) => {
                    let say = |said| eprintln!("{what}: {said}");
                    match attempts.pause(&problem, asked, say) {
                        Pause::Over => {}
                        Pause::Enough(problem) => return Err(CliError::file(file, problem)),
                        Pause::Interrupted => return Err(interrupted()),
                    }
                }
                Failure::Fatal(problem) => return Err(CliError::file(file, problem)),
                Failure::Interrupted => return Err(interrupted()),
                Failure::Local(error) => return Err(error),
            }
        }
    }

    /// A count of attempts from the first on.
    pub fn attempts(&self) -> Attempts {
        Attempts {
            done: 0,
            retries: self.retries,
            delay: self.delay,
        }
    }
}

/// Number of attempts since the last progress, with the most retries and the first pause.
pub struct Attempts {
    done: u32,
    retries: u32,
    delay: Duration,
}

/// End of a pause.
pub enum Pause {
    /// It is time for another attempt.
    Over,
    /// There were enough; the problem with what to do.
    Enough(String),
    /// Ctrl-C.
    Interrupted,
}

impl Attempts {
    /// Data were received: the next failure counts as a new one.
    pub fn went_on(&mut self) {
        self.done = 0;
    }

    /// Prints the problem and waits before the next attempt.
    pub fn pause(&mut self, problem: &str, asked: Option<Duration>, say: impl Fn(String)) -> Pause {
        if self.done == self.retries {
            return Pause::Enough(format!(
                "{problem}, even after {} more attempts. Try again later, or check whether the server can be \
                    reached.",
                self.retries
            ));
        }
        let own = self.delay.saturating_mul(2_u32.saturating_pow(self.done));
        let wait = asked.unwrap_or(own.min(LONGEST));
        if wait > LONGEST_ASKED {
            return Pause::Enough(format!(
                "{problem}, and requests a pause of {} s. Try again after that.",
                wait.as_secs()
            ));
        }
        self.done += 1;
        say(format!(
            "{problem}; attempt {} of {} in {} s",
            self.done,
            self.retries,
            wait.as_secs_f64()
        ));
        let end = Instant::now() + wait;
        while let Some(left) = end.checked_duration_since(Instant::now()) {
            if interrupt::flow().is_break() {
                return Pause::Interrupted;
            }
            thread::sleep(left.min(POLL));
        }
        Pause::Over
    }
}

impl Answer {
    /// The next piece; `None` after the last.
    pub fn next(&mut self) -> Result<Option<Vec<u8>>, Failure> {
        match self.event()? {
            Event::Bytes(bytes) => Ok(Some(bytes)),
            Event::End => Ok(None),
            Event::Failed(failure) => Err(failure),
            Event::Head { .. } => unreachable!("there is one head"),
        }
    }

    /// Checks that the answer is the requested file, or a part of it.
    pub fn expect_success(&self) -> Result<(), Failure> {
        let status = self.status;
        match status {
            200 | 206 => Ok(()),
            408 | 425 | 429 | 500.. => {
                let problem = match status {
                    429 => "the server asks for fewer requests (status 429)".to_owned(),
                    _ => format!("the server cannot answer now (status {status})"),
                };
                Err(Failure::Retryable(problem, self.retry_after))
            }
            401 | 403 => Err(Failure::Fatal(format!(
                "the server refuses access (status {status}): restricted and embargoed files are not fetched. Ask \
                    the record's authors."
            ))),
            404 | 410 => Err(Failure::Fatal(format!(
                "the server does not have it (status {status}). Check the record's number and the mirror."
            ))),
            _ => Err(Failure::Fatal(format!(
                "found status {status}; expected 200 or 206. Check that the server speaks Zenodo's API."
            ))),
        }
    }

    fn event(&mut self) -> Result<Event, Failure> {
        let last = Instant::now();
        loop {
            match self.events.recv_timeout(POLL) {
                Ok(event) => return Ok(event),
                Err(RecvTimeoutError::Disconnected) => {
                    return Err(Failure::Retryable("the connection timed out".to_owned(), None));
                }
                Err(RecvTimeoutError::Timeout) => {}
            }
            if interrupt::flow().is_break() {
                return Err(Failure::Interrupted);
            }
            if last.elapsed() >= self.timeout {
                let seconds = self.timeout.as_secs_f64();
                let problem = format!("no data for {seconds} s");
                return Err(Failure::Retryable(problem, None));
            }
        }
    }
}

/// Makes a request, and sends what it receives until nobody listens.
fn run(request: ureq::RequestBuilder<ureq::typestate::WithoutBody>, events: &SyncSender<Event>) {
    let mut response = match request.call() {
        Ok(response) => response,
        Err(error) => {
            let _ = events.send(Event::Failed(failure(&error)));
            return;
        }
    };
    let header = |name: &str| response.headers().get(name).and_then(|value| value.to_str().ok());
    let head = Event::Head {
        status: response.status().as_u16(),
        range: header("content-range").and_then(content_range),
        length: header("content-length").and_then(|text| text.trim().parse().ok()),
        retry_after: header("retry-after").and_then(retry_after),
    };
    if events.send(head).is_err() {
        return;
    }
    let mut body = response.body_mut().as_reader();
    loop {
        let mut chunk = vec![0; CHUNK];
        let event = match body.read(&mut chunk) {
            Ok(0) => Event::End,
            Ok(read) => {
                chunk.truncate(read);
                Event::Bytes(chunk)
            }
            Err(error) => {
                let problem = format!("the connection was lost ({error})");
                Event::Failed(Failure::Retryable(problem, None))
            }
        };
        let last = !matches!(event, Event::Bytes(_));
        if events.send(event).is_err() || last {
            return;
        }
    }
}

/// Tells whether an error before the answer may be temporary.
fn failure(error: &ureq::Error) -> Failure {
    use ureq::Error;
    // An invalid certificate is reported as invalid data.
    let invalid = matches!(error, Error::Io(io) if io.kind() == std::io::ErrorKind::InvalidData);
    let lasting = invalid
        || matches!(
            error,
            Error::BadUri(_)
                | Error::Http(_)
                | Error::Tls(_)
                | Error::Rustls(_)
                | Error::TooManyRedirects
                | Error::RedirectFailed
                | Error::InvalidProxyUrl
                | Error::TlsRequired
        );
    if lasting {
        let remedy = remedy(&error.to_string());
        Failure::Fatal(format!("the request failed ({error}). {remedy}"))
    } else {
        Failure::Retryable(format!("the server cannot be reached ({error})"), None)
    }
}

/// Remedy for an error that another attempt would meet as well. Where the clock is wrong, a good certificate is one of
/// another time.
fn remedy(said: &str) -> &'static str {
    let said = said.to_lowercase();
    let of_another_time = ["expired", "not valid yet", "notvalidyet"];
    if said.contains("certificate") && of_another_time.iter().any(|words| said.contains(words)) {
        "Check this machine's clock; if it is right, inform the operator of the server."
    } else {
        "Check the address."
    }
}

/// The first byte and the length of the whole in `bytes 5-9/10`; the length may be `*`.
fn content_range(text: &str) -> Option<(u64, Option<u64>)> {
    let (range, whole) = text.trim().strip_prefix("bytes")?.trim().split_once('/')?;
    let (first, _) = range.split_once('-')?;
    Some((first.trim().parse().ok()?, whole.trim().parse().ok()))
}

/// A pause in seconds. A date, which the header may hold too, is left to our own pauses.
fn retry_after(text: &str) -> Option<Duration> {
    text.trim().parse().ok().map(Duration::from_secs)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_tells_its_start_and_the_whole() {
        assert_eq!(content_range("bytes 5-9/10"), Some((5, Some(10))));
        assert_eq!(content_range("bytes 5-9/*"), Some((5, None)));
        for text in ["", "bytes */10", "5-9/10x", "bytes 5"] {
            assert_eq!(content_range(text), None, "{text}");
        }
    }

    #[test]
    fn a_certificate_of_another_time_leads_to_the_clock() {
        for (said, word) in [
            (
                "io: invalid peer certificate: certificate not valid yet: verification time 0 (UNIX), but certificate \
                    is not valid before 1763000000 (1763000000 seconds in the future)",
                "clock",
            ),
            (
                "io: invalid peer certificate: certificate expired: verification time 4",
                "clock",
            ),
            ("rustls: invalid peer certificate: NotValidYet", "clock"),
            ("io: invalid peer certificate: UnknownIssuer", "address"),
            ("bad uri: expired", "address"),
        ] {
            assert!(remedy(said).contains(word), "{said}");
        }
    }

    #[test]
    fn pauses_double_and_end() {
        let mut attempts = Attempts {
            done: 0,
            retries: 2,
            delay: Duration::from_millis(1),
        };
        let said = std::cell::RefCell::new(Vec::new());
        let mut pause = |asked| attempts.pause("it broke", asked, |text| said.borrow_mut().push(text));
        // Nobody waits for an hour here.
        let hour = Some(Duration::from_hours(1));
        assert!(matches!(pause(hour), Pause::Enough(_)));
        assert!(matches!(pause(None), Pause::Over));
        assert!(matches!(pause(None), Pause::Over));
        assert!(matches!(pause(None), Pause::Enough(_)));
        assert_eq!(
            *said.borrow(),
            [
                "it broke; attempt 1 of 2 in 0.001 s",
                "it broke; attempt 2 of 2 in 0.002 s"
            ]
        );
        attempts.went_on();
        assert!(matches!(attempts.pause("it broke", None, drop), Pause::Over));
    }
}
