declare module "*/tokens.css" {
  /** The site's tokens for the element's host, as the build rewrites them. */
  const text: string;
  export default text;
}

declare module "*/height.css" {
  /** The height of each view, for the element's host, as the build rewrites it. */
  const text: string;
  export default text;
}
