import type { OnProgress, Progress } from "../../../../pkg/src/index";

/**
 * Files that are fetched at the same time, reported as one: bytes are added up, under the name `file`. Other stages
 * pass as they are.
 */
export function asOneDownload(file: string, onProgress: OnProgress | undefined): OnProgress {
  const files = new Map<string | undefined, Progress>();
  return (progress) => {
    if (progress.unit !== "bytes") return onProgress?.(progress);
    files.set(progress.file, progress);
    const known = [...files.values()];
    const sum = (values: number[]): number => values.reduce((total, value) => total + value, 0);
    const total = known.every((each) => each.total > 0) ? sum(known.map((each) => each.total)) : 0;
    onProgress?.({ ...progress, stage: "weights", file, done: sum(known.map(({ done }) => done)), total });
  };
}
