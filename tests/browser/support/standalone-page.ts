// A page of one file, saved from the page and opened from disk.

import { pathToFileURL } from "node:url";
import { readFile } from "node:fs/promises";
import { gunzipSync } from "node:zlib";
import type { Page } from "@playwright/test";
import { expect } from "./fixtures.ts";
import { AppPage, dropFiles } from "./app-page.ts";

/** The text of the dialog before it is saved. */
export interface Wanted {
  genes?: number;
  title?: string;
  caption?: string;
  webgpu?: boolean;
  view?: RegExp;
}

/** Saves what the page shows as one file; its path, text and size. */
export async function saveAsOneFile(
  page: Page,
  to: string,
  { genes, title, caption, webgpu, view }: Wanted = {},
): Promise<{ name: string; path: string; text: string; bytes: number }> {
  await new AppPage(page).openBarMenu("Export");
  await page.getByRole("button", { name: "Save as one file…" }).click();
  const dialog = page.getByRole("dialog", { name: "Save as one file" });
  if (genes !== undefined) {
    await dialog.getByRole("spinbutton").fill(String(genes));
    await dialog.getByRole("spinbutton").blur();
  }
  if (webgpu) await dialog.getByRole("checkbox", { name: /WebGPU/ }).check();
  if (view) await dialog.getByRole("radio", { name: view }).check();
  if (title !== undefined) await dialog.getByRole("textbox", { name: "Title" }).fill(title);
  if (caption !== undefined) await dialog.getByRole("textbox", { name: "Caption" }).fill(caption);
  await expect(dialog.getByText(/^The file has [\d.]+ MB\.$/)).toBeVisible();
  const download = page.waitForEvent("download");
  await dialog.getByRole("button", { name: "Save", exact: true }).click();
  const saved = await download;
  await saved.saveAs(to);
  const bytes = await readFile(to);
  return { name: saved.suggestedFilename(), path: to, text: bytes.toString("utf8"), bytes: bytes.length };
}

/** A page of one file, open. */
export class OneFile extends AppPage {
  private constructor(
    page: Page,
    readonly requests: string[],
    readonly errors: string[],
  ) {
    super(page);
  }

  /** Opens a file from disk in a page of its own, with the network off. */
  static async open(from: Page, path: string): Promise<OneFile> {
    // The page loads its last scripts behind what it shows; without a network they would fail.
    if ((await from.locator("regulens-bar").count()) > 0)
      await expect(from.getByText("Offline use and storage")).toBeAttached();
    const page = await from.context().newPage();
    await page.context().setOffline(true);
    const [requests, errors]: [string[], string[]] = [[], []];
    page.on("request", (request) => requests.push(request.url()));
    page.on("console", (message) => message.type() === "error" && errors.push(message.text()));
    page.on("pageerror", (error) => errors.push(String(error)));
    await page.goto(pathToFileURL(path).href);
    await expect(page.getByRole("heading", { name: "Results", exact: true })).toBeAttached();
    return new OneFile(page, requests, errors);
  }

  /**
   * That nothing was asked for but the file itself, and its own worker; and that nothing failed. Then the network is
   * back.
   */
  async close(): Promise<void> {
    expect(this.requests.filter((url) => !/^(file|blob):/.test(url))).toEqual([]);
    expect(this.requests.filter((url) => url.startsWith("file:"))).toHaveLength(1);
    expect(this.errors).toEqual([]);
    await this.page.context().setOffline(false);
    await this.page.close();
  }
}

/** Contents of a file, as it states them. */
export interface Manifest {
  title: string;
  caption?: string;
  looked: { gene?: string; record?: string; region?: string; variant?: string };
  model: { name: string; sha256: string; citation: string[] };
  inputs: {
    role: string;
    block: string;
    file: string;
    items?: number;
    of?: number;
    track?: number;
    value?: string;
    sample?: number;
  }[];
  samples?: { list: { name: string }[]; open?: number; pair: number[] };
  blocks: { id: string; bytes: number; sha256: string }[];
  run?: { genes: number; chosen: string; auroc?: number };
}

/** The manifest of a file. */
export function manifestOf(text: string): Manifest {
  return JSON.parse(/id="regulens-export">([^<]*)</.exec(text)?.[1] ?? "null") as Manifest;
}

/** Unpacked content of a block of a file. */
export function blockOf(text: string, id: string): Buffer {
  return gunzipSync(Buffer.from(new RegExp(`id="regulens-block-${id}">([^<]*)<`).exec(text)?.[1] ?? "", "base64"));
}

/** Drops a file on the page. */
export const drop = (page: Page, name: string, content: Buffer | string): Promise<void> =>
  dropFiles(page, [{ name, buffer: Buffer.from(content as string) }]);
