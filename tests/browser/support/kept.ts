// Reads the state that a tab keeps of itself, to be there again after a reload.

import type { Page } from "@playwright/test";

/**
 * The workspace that is kept of this tab, where one is. The page keeps itself when nothing has changed for a moment: a
 * test that reloads or closes it waits for that before.
 */
export const stored = (page: Page): Promise<Readonly<Record<string, unknown>> | undefined> =>
  page.evaluate(async () => {
    const name = "regulens-tab";
    const tab = sessionStorage.getItem(name);
    // To open a store that is not there would make it.
    if (tab === null || !(await indexedDB.databases()).some((each) => each.name === name)) return undefined;
    const answer = <T>(request: IDBRequest<T>) =>
      new Promise<T>((resolve, reject) => {
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error ?? new Error("no answer"));
      });
    const database = await answer(indexedDB.open(name));
    const kept = (await answer(database.transaction("tabs").objectStore("tabs").get(tab))) as
      { readonly workspace: Readonly<Record<string, unknown>> } | undefined;
    database.close();
    return kept?.workspace;
  });

/** All that the browser holds of tabs: entries of both stores, bytes of their files, marks of closed and open tabs. */
export interface Everything {
  readonly tabs: number;
  readonly files: number;
  readonly bytes: number;
  readonly marks: number;
}

export const NOTHING: Everything = { tabs: 0, files: 0, bytes: 0, marks: 0 };

/** Counts what the browser holds of all tabs, that of closed ones too. */
export const everythingStored = (page: Page): Promise<Everything> =>
  page.evaluate(async () => {
    const name = "regulens-tab";
    const marks = Object.keys(localStorage).filter((key) => key.startsWith(`${name}:`)).length;
    if (!(await indexedDB.databases()).some((each) => each.name === name))
      return { tabs: 0, files: 0, bytes: 0, marks };
    const answer = <T>(request: IDBRequest<T>) =>
      new Promise<T>((resolve, reject) => {
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error ?? new Error("no answer"));
      });
    const database = await answer(indexedDB.open(name));
    const transaction = database.transaction(["tabs", "files"]);
    const [tabs, files] = await Promise.all([
      answer(transaction.objectStore("tabs").count()),
      answer(transaction.objectStore("files").getAll()),
    ]);
    database.close();
    const bytes = (files as Blob[]).reduce((sum, { size }) => sum + size, 0);
    return { tabs, files: files.length, bytes, marks };
  });
