//! Logos of spaces and pictures of people, square.

use super::brush::Brush;
use domain::catalogue::cover::Scene;

const SIDE: f32 = 208.0;
const MIDDLE: f32 = SIDE / 2.0;

fn on(ground: [u32; 2]) -> Brush {
    Brush::on(SIDE, SIDE, ground)
}

/// A bowl on its foot, with steam.
pub fn bowl() -> Scene {
    let mut brush = on([0x00f4_e3cf, 0x00e3_c3a0]);
    brush.polygon(&[[80.0, 160.0], [128.0, 160.0], [134.0, 178.0], [74.0, 178.0]], 0x007d_4029);
    brush.bowl([MIDDLE, 92.0], 76.0, 0x00b3_5f3e);
    brush.line([30.0, 92.0], [178.0, 92.0], 12.0, 0x007d_4029);
    for x in [80.0, 104.0, 128.0] {
        brush.line([x, 70.0], [x + 6.0, 52.0], 7.0, 0x00b3_5f3e).line(
            [x + 6.0, 52.0],
            [x, 34.0],
            7.0,
            0x00b3_5f3e,
        );
    }
    brush.done()
}

/// A sail below a star.
pub fn sail() -> Scene {
    let mut brush = on([0x000e_3a5f, 0x0008_2440]);
    brush.polygon(&[[112.0, 44.0], [168.0, 134.0], [112.0, 134.0]], 0x00ff_f6e3);
    brush.polygon(&[[98.0, 62.0], [98.0, 134.0], [52.0, 134.0]], 0x00f2_a65a);
    brush.polygon(&[[38.0, 146.0], [170.0, 146.0], [144.0, 174.0], [64.0, 174.0]], 0x00e2_5b45);
    brush.disc([52.0, 46.0], 9.0, 0x00ff_e08a);
    brush.done()
}

/// A knob that is turned up.
pub fn knob() -> Scene {
    let mut brush = on([0x002a_1f4d, 0x0013_0f2a]);
    let middle = [MIDDLE, MIDDLE];
    for step in 0_u8..9 {
        let turn = -2.3 + 0.575 * f32::from(step);
        let at = |radius: f32| [MIDDLE + radius * turn.sin(), MIDDLE - radius * turn.cos()];
        brush.line(at(76.0), at(88.0), 8.0, if step < 7 { 0x00ff_b224 } else { 0x005a_4d8f });
    }
    brush.disc(middle, 60.0, 0x006f_5fd0).disc(middle, 48.0, 0x008b_7bff);
    brush.line([MIDDLE + 12.0, MIDDLE - 16.0], [MIDDLE + 28.0, MIDDLE - 38.0], 11.0, 0x00ff_ffff);
    brush.done()
}

/// Half a sun with its rays.
pub fn sunrise() -> Scene {
    let mut brush = on([0x00ff_d79a, 0x00f5_8f7c]);
    for step in 0_u8..7 {
        let turn = -1.35 + 0.45 * f32::from(step);
        let at = |radius: f32| [MIDDLE + radius * turn.sin(), 134.0 - radius * turn.cos()];
        brush.line(at(68.0), at(90.0), 10.0, 0x00ff_f8e1);
    }
    brush.dome([MIDDLE, 134.0], 54.0, 0x00ff_f8e1);
    brush.line([26.0, 146.0], [182.0, 146.0], 10.0, 0x0054_3a6e).line(
        [56.0, 168.0],
        [152.0, 168.0],
        10.0,
        0x0054_3a6e,
    );
    brush.done()
}

/// What somebody looks like, in a few flat shapes.
struct Face {
    ground: [u32; 2],
    skin: u32,
    hair: u32,
    cloth: u32,
}

impl Face {
    fn head(&self, brush: &mut Brush) {
        brush.disc([MIDDLE, 226.0], 78.0, self.cloth);
        brush.line([MIDDLE, 130.0], [MIDDLE, 156.0], 40.0, self.skin);
        brush.disc([MIDDLE, 96.0], 47.0, self.skin);
        for x in [86.0, 122.0] {
            brush.disc([x, 98.0], 5.0, 0x0024_1a1a);
        }
        brush.line([93.0, 119.0], [MIDDLE, 123.0], 4.5, 0x0024_1a1a).line(
            [MIDDLE, 123.0],
            [115.0, 119.0],
            4.5,
            0x0024_1a1a,
        );
    }
}

/// The potter, with a beard and a cap.
pub fn jonas() -> Scene {
    let face =
        Face { ground: [0x0086_b3a4, 0x004c_7d78], skin: 0x00ef_c6a4, hair: 0x008a_4b2a, cloth: 0x0037_4a67 };
    let mut brush = on(face.ground);
    brush.bowl([MIDDLE, 100.0], 54.0, face.hair);
    face.head(&mut brush);
    brush.bowl([MIDDLE, 112.0], 40.0, face.hair);
    brush.line([92.0, 120.0], [116.0, 120.0], 6.0, 0x00c9_7f6a);
    brush.dome([MIDDLE, 84.0], 50.0, 0x00e0_a458).line([54.0, 84.0], [154.0, 84.0], 9.0, 0x00c2_863b);
    brush.done()
}

/// The cook, with a fringe.
pub fn hana() -> Scene {
    let face =
        Face { ground: [0x00f6_c8b6, 0x00e8_8f86], skin: 0x00f4_d3b5, hair: 0x0024_1c24, cloth: 0x00fd_f6ec };
    let mut brush = on(face.ground);
    brush.disc([MIDDLE, 96.0], 60.0, face.hair);
    brush.polygon(&[[44.0, 96.0], [164.0, 96.0], [166.0, 150.0], [42.0, 150.0]], face.hair);
    face.head(&mut brush);
    brush.dome([MIDDLE, 84.0], 48.0, face.hair).disc([MIDDLE, 34.0], 20.0, face.hair);
    brush.done()
}

/// The sailor, with short hair and a striped shirt.
pub fn kofi() -> Scene {
    let face =
        Face { ground: [0x0072_c2d9, 0x002f_7fa6], skin: 0x007a_4a32, hair: 0x001c_1412, cloth: 0x00f4_f1ea };
    let mut brush = on(face.ground);
    face.head(&mut brush);
    brush.dome([MIDDLE, 82.0], 48.0, face.hair).bowl([MIDDLE, 126.0], 20.0, face.hair);
    brush.line([97.0, 130.0], [111.0, 130.0], 4.0, 0x00b8_6a55);
    for y in [172.0, 190.0] {
        brush.line([62.0, y], [146.0, y], 7.0, 0x0023_3c6b);
    }
    brush.done()
}
