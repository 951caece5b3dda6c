/**
 * Scripts that the browser may run, where it knows trusted types: the page's policy refuses text as elements but for
 * Lit's own templates, and scripts by any address but those that this lets through, which are below the page's own
 * folder.
 */

interface Policies {
  createPolicy(name: string, rules: { createScriptURL(address: string): string }): unknown;
}

(globalThis as { trustedTypes?: Policies }).trustedTypes?.createPolicy("default", {
  createScriptURL(address) {
    const { href } = new URL(address, document.baseURI);
    if (href.startsWith(new URL(".", document.baseURI).href)) return href;
    throw new TypeError(`${address.slice(0, 200)} is no script of this page`);
  },
});
