//! What an engine says when it panics: in wasm all else that is seen of it is "unreachable".

use std::panic::PanicHookInfo;

use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = console)]
    fn error(message: &str);
}

/// Writes why to the console.
pub fn tell(panic: &PanicHookInfo) {
    error(&format!("An engine of Regulens stopped: {panic}"));
}

/// From the start of the engine; the WebGPU engine tells of more, from the start of its device.
#[cfg(not(feature = "wgpu"))]
#[wasm_bindgen(start)]
fn listen() {
    std::panic::set_hook(Box::new(tell));
}
