//! Products of float32 matrices, where Burn's own would round the factors to 11 bits for a GPU's tensor cores.

use burn::backend::TensorMetadata;
use burn::backend::ops::FloatTensorOps;
use burn::backend::tensor::FloatTensor;
use burn::tensor::DType;
use burn_cubecl::kernel::{into_contiguous, matmul::init_matmul_output};
use burn_cubecl::{CubeBackend, tensor::CubeTensor};
use cubecl::prelude::{Scalar, tf32};
use cubek::matmul::definition::{MatmulElems, MatmulGlobalElems};
use cubek::matmul::launch::launch_ref;
use cubek::matmul::multi_level::Strategy;
use cubek::matmul::multi_level::routines::TileSizeSelection;
use cubek::matmul::multi_level::routines::batch::simple_unit::SimpleUnitSelectionArgs;
use cubek::matmul::routine::BlueprintStrategy;
use cubek::std::InputBinding;

use crate::precision::ProductBackend;

impl ProductBackend for CubeBackend {
    fn product(a: FloatTensor<Self>, b: FloatTensor<Self>) -> FloatTensor<Self> {
        if a.client.properties().supports_type(tf32::elem_type_native()) {
            unrounded(a, b)
        } else {
            Self::float_matmul(a, b)
        }
    }
}

/// A B on float32 units.
fn unrounded(a: CubeTensor, b: CubeTensor) -> CubeTensor {
    let [a, b] = [a, b].map(into_contiguous);
    let y = init_matmul_output(&a, &b, DType::F32);
    if y.shape().num_elements() == 0 {
        return y;
    }
    let float = f32::elem_type_native();
    let mut types = MatmulElems::from_globals(&MatmulGlobalElems {
        lhs: float,
        rhs: float,
        out: float,
    });
    let strategy = Strategy::SimpleUnit(BlueprintStrategy::Inferred(SimpleUnitSelectionArgs {
        tile_size: TileSizeSelection::MaxTileSize,
    }));
    let client = y.client.clone();
    launch_ref(
        &strategy.into(),
        &client,
        InputBinding::new(a.binding(), float),
        InputBinding::new(b.binding(), float),
        y.clone().binding(),
        &mut types,
    )
    .expect("float32 is multiplied on every device");
    y
}
