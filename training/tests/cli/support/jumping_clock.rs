//! A library of its own, which [`clock`](super::clock) compiles and loads into a program before all others: there the
//! clock says another time whenever it is read, somewhere between 1970 and 2106, as `REGULENS_CLOCK`, a number, has it
//! drawn. How long something takes is told by other clocks, which no system sets back.

#![allow(clippy::missing_safety_doc, reason = "the C library's own functions, by their names")]

use std::ffi::{CStr, c_char, c_int, c_long, c_void};
use std::sync::atomic::{AtomicU64, Ordering};

/// C's `timespec` and `timeval`: seconds, and what is left of them.
#[repr(C)]
pub struct Time {
    seconds: c_long,
    rest: c_long,
}

unsafe extern "C" {
    fn dlsym(library: *mut c_void, name: *const c_char) -> *mut c_void;
    fn getenv(name: *const c_char) -> *const c_char;
}

/// The library that is searched after this one.
const NEXT: *mut c_void = -1_isize as *mut c_void;
/// The clock of the date, exact and coarse, as Linux numbers them.
const OF_THE_DATE: [c_int; 2] = [0, 5];

static READINGS: AtomicU64 = AtomicU64::new(1);

/// Another time: of a seed and of how often the clock was read, by `splitmix64`.
fn drawn() -> c_long {
    // SAFETY: the name ends with a zero, and so does what is found.
    let seed = unsafe {
        let seed = getenv(c"REGULENS_CLOCK".as_ptr());
        if seed.is_null() { c"" } else { CStr::from_ptr(seed) }
    };
    let number = |all: u64, digit: &u8| all.wrapping_mul(10).wrapping_add(u64::from(*digit));
    let seed = seed.to_bytes().iter().fold(0, number);
    let reading = READINGS.fetch_add(1, Ordering::Relaxed);
    let mut bits = (seed << 20).wrapping_add(reading).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    (bits >> 32) as c_long
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn clock_gettime(clock: c_int, time: *mut Time) -> c_int {
    type Get = unsafe extern "C" fn(c_int, *mut Time) -> c_int;
    // SAFETY: the C library has this function, with these arguments, and the caller's place for the time is its own.
    unsafe {
        let get: Get = std::mem::transmute(dlsym(NEXT, c"clock_gettime".as_ptr()));
        let outcome = get(clock, time);
        if outcome == 0 && OF_THE_DATE.contains(&clock) {
            (*time).seconds = drawn();
        }
        outcome
    }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn gettimeofday(time: *mut Time, _zone: *mut c_void) -> c_int {
    let drawn = Time {
        seconds: drawn(),
        rest: 0,
    };
    // SAFETY: the caller's place for the time is its own.
    unsafe { time.write(drawn) };
    0
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn time(place: *mut c_long) -> c_long {
    let seconds = drawn();
    if !place.is_null() {
        // SAFETY: as above.
        unsafe { place.write(seconds) };
    }
    seconds
}
