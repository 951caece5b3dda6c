use super::Config;
use crate::kernel::block::Block;
use crate::model::sequences::Reach;

/// Computes the receptive fields of the bins of a model's trunk.
pub fn of(config: &Config) -> Reach {
    let mut reach = Reach::new(config.bin());
    for sizes in config.blocks() {
        let shape = Block {
            dilation: sizes.dilation,
            pool: sizes.pool,
            rectify: true,
        };
        if sizes.dense {
            reach.add_dilated(shape, sizes.width);
        } else {
            reach.add(shape, sizes.width);
        }
    }
    reach
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::sequences::Tile;
    use crate::weights::architecture::basenji::Context;

    #[test]
    fn a_tile_in_the_middle_has_a_halo_and_one_at_an_end_has_none_there() {
        let config = Config::published(Context::None);
        let reach = of(&config);
        // 10 + 2·2 + 8·2 + 32·2 + 128·1 = 222 bases before and 265 behind, in whole bins.
        assert_eq!(
            reach.tile(100..110, config.length),
            Tile {
                bases: 98 * 128..113 * 128,
                keep: 2..12
            }
        );
        assert_eq!(reach.tile(0..1024, config.length).bases, 0..131_072);
        assert_eq!(reach.tile(0..4, config.length).keep, 0..4);
    }

    #[test]
    fn a_base_is_seen_by_the_bins_whose_tiles_hold_it() {
        for config in [
            Config::published(Context::Dilated),
            Config::tutorial(),
            Config::small(Context::None),
        ] {
            let reach = of(&config);
            for base in [0, 1, 5_000, 5_119, config.length - 1] {
                let seen = reach.seen(base..base + 1, config.length);
                for bin in 0..config.bins() {
                    let holds = reach.tile(bin..bin + 1, config.length).bases.contains(&base);
                    assert!(holds || !seen.contains(&bin), "base {base}, bin {bin}");
                }
                assert!(seen.contains(&(base / config.bin())));
            }
        }
    }

    #[test]
    fn dilated_blocks_see_126_bins_to_either_side() {
        let reach = of(&Config::published(Context::Dilated));
        assert_eq!(reach.seen_dilated(500..503, 1024), 374..629);
        assert_eq!(reach.needed_dilated(374..629, 1024), 248..755);
        assert_eq!(reach.seen_dilated(10..12, 1024), 0..138);
    }
}
