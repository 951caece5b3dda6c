/** Arithmetic on `#rrggbb` colours: what the palette is built from and what the tests hold it to. */

/** Red, green and blue, each 0 to 255. */
export type Rgb = readonly [number, number, number];

/** Reads `#rrggbb`. */
export function parseHex(colour: string): Rgb {
  const value = Number.parseInt(colour.slice(1), 16);
  return [(value >> 16) & 255, (value >> 8) & 255, value & 255];
}

/** Writes `#rrggbb`; channels are rounded and held to 0…255. */
function toHex(rgb: Rgb): string {
  const channel = (value: number): string =>
    Math.max(0, Math.min(255, Math.round(value)))
      .toString(16)
      .padStart(2, "0");
  return `#${rgb.map(channel).join("")}`;
}

/** The colour that is `share` (0 to 1) of `colour` over `ground`: what an opacity would look like, but opaque. */
export function mix(colour: string, ground: string, share: number): string {
  const [r, g, b] = parseHex(colour);
  const [r0, g0, b0] = parseHex(ground);
  return toHex([r0 + (r - r0) * share, g0 + (g - g0) * share, b0 + (b - b0) * share]);
}

/** An sRGB channel (0 to 255) as linear light (0 to 1); IEC 61966-2-1. */
export function toLinear(channel: number): number {
  const c = channel / 255;
  return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
}

/** Linear light (0 to 1) as an sRGB channel (0 to 255). */
function fromLinear(light: number): number {
  return 255 * (light <= 0.0031308 ? 12.92 * light : 1.055 * light ** (1 / 2.4) - 0.055);
}

/** Contrast of two colours, 1 to 21; WCAG 2.2, "contrast ratio". */
export function contrast(first: string, second: string): number {
  const luminance = (colour: string): number => {
    const [r, g, b] = parseHex(colour);
    return 0.2126 * toLinear(r) + 0.7152 * toLinear(g) + 0.0722 * toLinear(b);
  };
  const [a, b] = [luminance(first), luminance(second)];
  return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
}

/**
 * A colour by OKLCH lightness (0 to 1), chroma and hue in degrees; Ottosson 2020, "A perceptual color space for image
 * processing".
 */
export function oklch(lightness: number, chroma: number, hue: number): string {
  const a = chroma * Math.cos((hue * Math.PI) / 180);
  const b = chroma * Math.sin((hue * Math.PI) / 180);
  const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3;
  return toHex([
    fromLinear(Math.max(0, 4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s)),
    fromLinear(Math.max(0, -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s)),
    fromLinear(Math.max(0, -0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s)),
  ]);
}
