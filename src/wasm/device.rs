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
/// them before every function that JavaScript may call, where they took nine tenths of the time of one gene.
#[wasm_bindgen(start)]
fn register() {
    // SAFETY: once, and before anything else of this module runs.
    unsafe { __wasm_call_ctors() }
}

/// Opens the GPU, once, before any model is made. Resolves to `{name, backend, deviceType, driver, maxBufferBytes}` as
/// wgpu reports them; `navigator.gpu` knows the adapter's vendor and architecture.
///
/// `onLost` hears a sentence when the device is lost, when it reports an error of its own, or when this engine panics:
/// after any of them a pending promise of this engine may never settle, and nothing it returns is to be believed.
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

/// Properties of the GPU, as wgpu reports them.
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
            // A callback that throws changes nothing here: there is nobody left to tell.
            let _ = callback.call1(&JsValue::NULL, &message.into());
        }
    });
}
