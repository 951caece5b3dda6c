/** One runtime in one fresh page. */

/** Milliseconds after which a page is taken to hang. */
const HANG = 20 * 60_000;

export class Visit {
  /**
   * @param {import("playwright-core").Browser} browser
   * @param {import("./server.mjs").Server} server
   * @param {import("./runtimes.mjs").Runtime} runtime
   * @param {{ watchMemory?: boolean }} options
   */
  static async open(browser, server, runtime, { watchMemory = false } = {}) {
    const scripts = [...(watchMemory ? ["pages/memory.js"] : []), ...runtime.scripts].map(
      (source) => `<script src="${source}"></script>`,
    );
    const { url, files } = server.visit(
      `<!doctype html><title>${runtime.id}</title>${scripts.join("")}<script type="module" ` +
        `src="${runtime.driver ?? "pages/driver.mjs"}"></script>`,
    );
    const context = await browser.newContext();
    const visit = new Visit(runtime, context, await context.newPage(), files);
    try {
      await visit.page.goto(url);
      await visit.call((given) => globalThis.bench.open(given), { page: runtime.page, options: runtime.options });
    } catch (error) {
      await visit.close();
      throw error;
    }
    return visit;
  }

  constructor(runtime, context, page, files) {
    this.runtime = runtime;
    this.context = context;
    this.page = page;
    /** Files that it has loaded. */
    this.files = files;
  }

  /** Runs `work` in the page, and gives what it returns. */
  async call(work, given) {
    let timer;
    const hang = new Promise((_, reject) => {
      timer = setTimeout(
        () => reject(new Error(`${this.runtime.name} did not answer for ${HANG / 60_000} minutes`)),
        HANG,
      );
    });
    try {
      return await Promise.race([this.page.evaluate(work, given), hang]);
    } finally {
      clearTimeout(timer);
    }
  }

  /** Milliseconds a call of a case that is called for at least `atLeast` milliseconds. */
  async time(each, atLeast) {
    const { ms } = await this.call(([given, least]) => globalThis.bench.time(given, least), [each, atLeast]);
    return ms;
  }

  /** Why this is not what its name says; undefined where it is. */
  fault() {
    const { needs, needsWorkers, threads } = this.runtime;
    if (needs && !this.files.some(({ path }) => needs.test(path))) return `it loaded no file that matches ${needs}`;
    if (needsWorkers && this.page.workers().length === 0)
      return `${threads} workers were asked for, and it started none`;
    return undefined;
  }

  async close() {
    await this.context.close();
  }
}
