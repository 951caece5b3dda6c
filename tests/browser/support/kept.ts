// What a tab keeps of itself, to be there again after a reload.

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
