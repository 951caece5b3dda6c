//! The page's GPU.

use std::cell::RefCell;
use std::sync::Arc;

use burn::tensor::Device;
use js_sys::Function;
use serde::Serialize;
use wasm_bindgen::prelude::*;

use super::object::plain;
use crate::error::Error;

thread_local! {
    static DEVICE: RefCell<Option<Device>> = const { RefCell::new(None) };
    static ON_LOST: RefCell<Option<Function>> = const { RefCell::new(None) };
}

unsafe extern "C" {
    fn __wasm_call_ctors();
}

/// Runs the constructors in which CubeCL registers its operations. Unless they are called by name, the linker calls
/// them before every exported function, where they took nine tenths of the time of one gene.
#[wasm_bindgen(start)]
fn register() {
    // SAFETY: once, and before anything else of this module runs.
    unsafe { __wasm_call_ctors() }
}

/// Opens the GPU, once, before any model is created. Resolves to `{name, backend, deviceType, driver, maxBufferBytes}`
/// from wgpu; `navigator.gpu` has the adapter's vendor and architecture.
///
/// `onLost` is called with a sentence when the device is lost, reports an error of its own, or this engine panics:
/// after that, pending promises of this engine may never settle, and its results must not be used.
#[wasm_bindgen(js_name = startDevice)]
pub async fn start_device(on_lost: Function) -> Result<JsValue, JsValue> {
    ON_LOST.with_borrow_mut(|slot| *slot = Some(on_lost));
    std::panic::set_hook(Box::new(|panic| {
        super::panic::tell(panic);
        lost(&format!("the WebGPU engine stopped: {panic}"));
    }));
    let (device, setup) = Device::wgpu_options()
        .init_with_setup_async()
        .await
        .map_err(|error| failed(error.to_string()))?;
    setup.device.set_device_lost_callback(|reason, message| {
        lost(&format!("the GPU was lost ({reason:?}): {message}"));
    });
    setup.device.on_uncaptured_error(Arc::new(|error| {
        lost(&format!("the GPU reported an error: {error}"));
    }));
    let info = setup.adapter.get_info();
    let described = plain(&Adapter {
        name: info.name,
        backend: format!("{:?}", info.backend),
        device_type: format!("{:?}", info.device_type),
        driver: info.driver_info,
        max_buffer_bytes: setup.device.limits().max_storage_buffer_binding_size as f64,
    })?;
    DEVICE.with_borrow_mut(|slot| *slot = Some(device));
    Ok(described)
}

/// Properties of the GPU, from wgpu.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Adapter {
    name: String,
    backend: String,
    device_type: String,
    driver: String,
    max_buffer_bytes: f64,
}

/// The opened GPU.
pub(super) fn device() -> Result<Device, JsValue> {
    DEVICE
        .with_borrow(Clone::clone)
        .ok_or_else(|| failed("startDevice has not been awaited".to_owned()))
}

fn failed(problem: String) -> JsValue {
    Error::Device {
        device: "webgpu".to_owned(),
        problem,
    }
    .into()
}

fn lost(message: &str) {
    ON_LOST.with_borrow(|callback| {
        if let Some(callback) = callback {
            // Nobody is left to handle an exception of the callback.
            let _ = callback.call1(&JsValue::NULL, &message.into());
        }
    });
}
