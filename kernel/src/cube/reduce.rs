//! Maximum and sum over the threads of a workgroup.

use cubecl::prelude::*;

/// The largest `value` of a workgroup of `threads`, in all threads. `partial` has space for one value per thread, and
/// is free again afterwards.
///
/// With `planes`, subgroups find their own maximum first, and a thread reads one value per subgroup. Without them it
/// reads all values, which costs less than the barriers of a tree.
#[cube]
pub fn largest(value: f32, partial: &mut Shared<[f32]>, #[comptime] threads: usize, #[comptime] planes: bool) -> f32 {
    let mut own = value;
    if comptime!(planes) {
        own = plane_max(value);
    }
    place(own, partial, planes);
    sync_cube();
    for other in 0..count(threads, planes) {
        own = own.max(partial[other]);
    }
    // No thread may overwrite the partial results before all have read them.
    sync_cube();
    own
}

/// The sum of all `value`s, as [`largest`]; `partial` is still being read afterwards.
#[cube]
pub fn sum(value: f32, partial: &mut Shared<[f32]>, #[comptime] threads: usize, #[comptime] planes: bool) -> f32 {
    let mut own = value;
    if comptime!(planes) {
        own = plane_sum(value);
    }
    place(own, partial, planes);
    sync_cube();
    let mut total = 0.0f32;
    for other in 0..count(threads, planes) {
        total += partial[other];
    }
    total
}

/// Stores the value of this thread, or with `planes` of its subgroup, by its first thread.
#[cube]
fn place(value: f32, partial: &mut Shared<[f32]>, #[comptime] planes: bool) {
    if comptime!(planes) {
        if UNIT_POS_PLANE == 0 {
            partial[(UNIT_POS_X / PLANE_DIM) as usize] = value;
        }
    } else {
        partial[UNIT_POS_X as usize] = value;
    }
}

/// Number of stored values.
#[cube]
fn count(#[comptime] threads: usize, #[comptime] planes: bool) -> usize {
    if comptime!(planes) {
        ((comptime!(threads as u32) - 1) / PLANE_DIM + 1) as usize
    } else {
        threads.runtime()
    }
}

#[cfg(all(test, feature = "wgpu"))]
mod tests {
    use burn::backend::DispatchDevice;
    use burn::tensor::Device;
    use cubecl::prelude::*;

    use super::super::has_planes;
    use super::{largest, sum};

    /// x [R, threads] -> y [R, 2]: the largest of each row, and its sum.
    #[cube(launch_unchecked)]
    fn reduced(x: &[f32], y: &mut [f32], #[comptime] threads: usize, #[comptime] planes: bool) {
        let row = CUBE_POS_X as usize;
        let mut partial = Shared::<[f32]>::new_slice(threads);
        let own = x[row * threads + UNIT_POS_X as usize];
        let most = largest(own, &mut partial, threads, planes);
        let total = sum(own, &mut partial, threads, planes);
        // The last thread, so that all must have it.
        if UNIT_POS_X as usize == comptime!(threads - 1) {
            y[row * 2] = most;
            y[row * 2 + 1] = total;
        }
    }

    #[test]
    fn subgroups_find_what_all_threads_find() {
        let device = match Device::wgpu_options().init() {
            Ok(device) => device,
            Err(problem) => {
                assert!(option_env!("CI").is_none(), "in CI an adapter must be there: {problem}");
                eprintln!("skipped: {problem}");
                return;
            }
        };
        let DispatchDevice::Cube(device) = device.as_dispatch() else {
            panic!("wgpu is a device of CubeCL")
        };
        let client = device.client();
        // CubeCL leaves those of adapters in software alone; CI's has them.
        let both = has_planes(&client) || option_env!("CI").is_some();
        for threads in [32_usize, 64] {
            let rows = 5;
            let x: Vec<f32> = (0..rows * threads).map(|i| (i * 7919 % 1013) as f32 - 700.0).collect();
            for planes in [false, true].into_iter().take(if both { 2 } else { 1 }) {
                let from = client.create_from_slice(f32::as_bytes(&x));
                let to = client.empty(rows * 2 * size_of::<f32>());
                // SAFETY: a workgroup keeps to its row.
                unsafe {
                    reduced::launch_unchecked(
                        &client,
                        CubeCount::Static(rows as u32, 1, 1),
                        CubeDim::new_1d(threads as u32),
                        BufferArg::from_raw_parts(from, x.len()),
                        BufferArg::from_raw_parts(to.clone(), rows * 2),
                        threads,
                        planes,
                    );
                }
                let bytes = client.read_one(to).expect("results");
                for (row, got) in f32::from_bytes(&bytes).chunks(2).enumerate() {
                    let of_row = &x[row * threads..][..threads];
                    let most = of_row.iter().copied().fold(f32::MIN, f32::max);
                    // Whole numbers: sums of any order are the same.
                    assert_eq!(got, [most, of_row.iter().sum()], "{threads} threads, planes: {planes}");
                }
            }
        }
    }
}
