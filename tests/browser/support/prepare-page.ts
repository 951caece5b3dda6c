// The page where a table is made of signal files, and the program that makes the same one.

import { expect, type Locator, type Page } from "@playwright/test";
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { PROGRAM } from "./fixtures.ts";
import { AppPage, QUICK, type TestFile } from "./app-page.ts";

/** Where tables are made. */
export class PreparePage {
  readonly app: AppPage;
  readonly view: Locator;
  readonly make: Locator;

  constructor(readonly page: Page) {
    this.app = new AppPage(page);
    this.view = page.locator("regulens-prepare");
    this.make = this.view.getByRole("button", { name: /^Make / });
  }

  /** Opens the page, and the view where files go. */
  async open(query = QUICK): Promise<this> {
    await this.app.open(query);
    await this.page.getByRole("button", { name: "From bigWig files…" }).click();
    await expect(this.view.getByRole("heading", { name: "A table from signal files" })).toBeVisible();
    return this;
  }

  /** Adds files, and waits until each was opened or refused. */
  async add(...files: (TestFile | string)[]): Promise<void> {
    const input = this.view.locator("input[type=file]");
    for (const each of [
      files.filter((file) => typeof file === "string"),
      files.filter((file) => typeof file !== "string"),
    ]) {
      if (each.length > 0)
        await input.setInputFiles(
          each.map((file) =>
            typeof file === "string" ? file : { ...file, mimeType: "application/octet-stream" },
          ) as never,
        );
    }
    for (const file of files)
      await expect(this.row(typeof file === "string" ? (file.split("/").at(-1) ?? "") : file.name)).toContainText(
        /chromosome|found|read in full/,
      );
  }

  /** The row of a file. */
  row(name: string): Locator {
    return this.view.locator(`li[data-file="${name}"]`);
  }

  /** The choice of the mark of a file. */
  mark(name: string): Locator {
    return this.view.getByRole("combobox", { name: `Mark of ${name}` });
  }

  /** The notices of the tables that were made. */
  get made(): Locator {
    return this.view.locator("[data-made]");
  }

  /** Saves the table; gives its name and the text in it. */
  async save(): Promise<{ name: string; text: string }> {
    const { name, bytes } = await this.app.save(/^Save the table/);
    return { name, text: gunzipSync(bytes).toString("utf8") };
  }
}

/** The table and the notes that `regulens prepare hm` makes of files. */
export function prepareNatively(
  marks: Record<string, Buffer>,
  annotation: TestFile,
  ...options: string[]
): { table: string; notes: string } {
  if (!existsSync(PROGRAM))
    throw new Error(
      `${PROGRAM} is not there: run these tests with \`cargo xtask test --only browser\`, which builds it`,
    );
  const folder = mkdtempSync(join(tmpdir(), "regulens-prepare-"));
  try {
    const path = (name: string, bytes: Buffer): string => {
      writeFileSync(join(folder, name), bytes);
      return join(folder, name);
    };
    const given = Object.entries(marks).flatMap(([mark, bytes], i) => [
      "--mark",
      `${mark}=${path(`${i}.signal`, bytes)}`,
    ]);
    const out = join(folder, "table.csv.gz");
    execFileSync(
      PROGRAM,
      ["prepare", "hm", ...given, "--annotation", path(annotation.name, annotation.buffer), "--out", out, ...options],
      { stdio: "pipe" },
    );
    return {
      table: gunzipSync(readFileSync(out)).toString("utf8"),
      notes: readFileSync(join(folder, "table.notes.tsv"), "utf8"),
    };
  } finally {
    rmSync(folder, { recursive: true });
  }
}
