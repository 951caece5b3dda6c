// The engines are built from Rust and absent if only TypeScript is checked; `engine.ts` has their types.
declare module "*/regulens_cpu.js";
declare module "*/regulens_cpu-relaxed.js";
declare module "*/regulens_full.js";
declare module "*/regulens_tables.js";
declare module "*/regulens_full-relaxed.js";
declare module "*/regulens_webgpu.js";
declare module "*/regulens_files.js";
declare module "*/regulens_foreign.js";
/** The gzipped WebAssembly of an engine, in builds that bundle it. */
declare module "packed:*" {
  const packed: Uint8Array;
  export default packed;
}
