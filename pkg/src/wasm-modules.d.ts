// The engines are built from Rust and are not there when only TypeScript is checked; `engine.ts` has their types.
declare module "*/regulens_cpu.js";
declare module "*/regulens_cpu-relaxed.js";
declare module "*/regulens_webgpu.js";
