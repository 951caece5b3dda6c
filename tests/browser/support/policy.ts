// Attempts on a page from within, as a fault of the page would let a stranger make them. Runs in the page.

/** Makes each attempt, and returns true if it was refused; for trusted types `undefined` where the browser has none. */
export async function attack(inFrames = true): Promise<Record<string, boolean | undefined>> {
  const hit = globalThis as unknown as { hit?: string };
  const settled = () => new Promise((done) => setTimeout(done, 200));
  const throws = (attempt: () => unknown) => {
    try {
      attempt();
      return false;
    } catch {
      return true;
    }
  };
  const hasTrustedTypes = "trustedTypes" in globalThis;
  const only = (attempt: () => unknown) => (hasTrustedTypes ? throws(attempt) : undefined);
  const refused: Record<string, boolean | undefined> = {};

  const script = document.createElement("script");
  // Where text is no script, setting it throws.
  throws(() => {
    script.textContent = "globalThis.hit = 'script'";
    document.body.append(script);
  });
  await settled();
  refused.inlineScript = hit.hit !== "script";
  script.remove();

  const button = document.createElement("button");
  throws(() => button.setAttribute("onclick", "globalThis.hit = 'handler'"));
  document.body.append(button);
  button.click();
  refused.handler = hit.hit !== "handler";
  button.remove();

  refused.evaluated = throws(() => new Function("return 1"));

  // A refusal is told of when the browser comes to it; what is not refused within seconds, is not.
  const refuses = (element: HTMLImageElement | HTMLIFrameElement, directive: string, address: string) =>
    new Promise<boolean>((done) => {
      const end = (refused: boolean) => {
        document.removeEventListener("securitypolicyviolation", hear);
        clearTimeout(deadline);
        element.remove();
        done(refused);
      };
      const hear = ({ effectiveDirective }: SecurityPolicyViolationEvent) =>
        effectiveDirective === directive && end(true);
      const deadline = setTimeout(() => end(false), 10_000);
      document.addEventListener("securitypolicyviolation", hear);
      element.src = address;
      document.body.append(element);
    });
  refused.image = await refuses(new Image(), "img-src", "https://example.invalid/x.png");
  if (inFrames)
    refused.frame = await refuses(document.createElement("iframe"), "frame-src", "https://example.invalid/");
  refused.request = await fetch("https://example.invalid/").then(
    () => false,
    () => true,
  );

  const before = document.baseURI;
  const base = document.createElement("base");
  base.href = "https://example.invalid/";
  document.head.append(base);
  refused.base = document.baseURI === before;
  base.remove();

  refused.markup = only(() => (document.createElement("p").innerHTML = "<img src=x>"));
  // Chromium throws; in Firefox 140 the worker fails. That it was not asked for is seen in the requests.
  refused.foreignWorker = await new Promise<boolean>((done) => {
    setTimeout(() => done(false), 10_000);
    if (throws(() => (new Worker("https://example.invalid/w.js").onerror = () => done(true)))) done(true);
  });
  refused.blobWorker = only(() => new Worker(URL.createObjectURL(new Blob(["1"], { type: "text/javascript" }))));
  refused.outsideWorker = only(() => new Worker(new URL("../w.js", document.baseURI)));
  refused.ownPolicy = only(() =>
    (
      globalThis as unknown as { trustedTypes: { createPolicy(name: string, rules: object): unknown } }
    ).trustedTypes.createPolicy("stranger", { createHTML: (text: string) => text }),
  );
  return refused;
}
