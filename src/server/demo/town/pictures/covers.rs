//! Covers, three times as wide as they are high.

use super::brush::Brush;
use domain::catalogue::cover::Scene;

const SIZE: [f32; 2] = [1500.0, 500.0];

fn on(ground: [u32; 2]) -> Brush {
    Brush::on(SIZE[0], SIZE[1], ground)
}

/// A bowl on a wheel, seen from above, and two that dry.
pub fn clay() -> Scene {
    let mut brush = on([0x00d9_b08c, 0x00a8_6b4c]);
    brush.glow([300.0, 60.0], 520.0, 0x00ff_e9cf);
    let middle = [980.0, 250.0];
    brush.opacity(0.35).disc([996.0, 272.0], 345.0, 0x003a_1f14);
    brush.opacity(1.0).disc(middle, 340.0, 0x006e_4433).ring(middle, 325.0, 4.0, 0x0085_5644);
    for (step, colour) in
        [0x00b5_6a48, 0x00c9_7d58, 0x00a9_5f3f, 0x00bf_7350, 0x009a_5437, 0x0087_4730].iter().enumerate()
    {
        brush.disc(middle, 232.0 - 34.0 * step as f32, *colour);
    }
    brush.opacity(0.5);
    for radius in [226.0, 182.0, 140.0, 96.0] {
        brush.ring(middle, radius, 3.0, 0x00f0_c3a0);
    }
    brush.opacity(1.0).disc(middle, 40.0, 0x005c_2e1f);
    for (at, size, glaze) in [([330.0, 200.0], 118.0, 0x0057_7f7d), ([520.0, 400.0], 82.0, 0x00f2_e4d2)] {
        let [x, y] = at;
        brush.opacity(0.3).disc([x + 8.0, y + 12.0], size, 0x003a_1f14);
        brush.opacity(1.0).disc(at, size, 0x00e8_d2b8).disc(at, size - 10.0, glaze);
        brush.opacity(0.35).disc([x + 6.0, y + 8.0], size - 38.0, 0x0020_2a30).ring(
            at,
            size - 24.0,
            3.0,
            0x00ff_ffff,
        );
    }
    brush.done()
}

/// A boat below stars, on layers of waves.
pub fn sea() -> Scene {
    let mut brush = on([0x000b_2447, 0x0019_6b8a]);
    brush.glow([1180.0, 120.0], 330.0, 0x00ff_f3c9).disc([1180.0, 120.0], 54.0, 0x00ff_f1c4);
    let stars = [
        (90, 70),
        (210, 150),
        (300, 50),
        (420, 120),
        (520, 60),
        (640, 150),
        (760, 40),
        (860, 130),
        (960, 70),
        (1330, 60),
        (1420, 140),
        (150, 210),
    ];
    for (at, (x, y)) in stars.into_iter().enumerate() {
        brush.disc([x as f32, y as f32], 2.2 + (at % 3) as f32, 0x00f4_f7ff);
    }
    brush.opacity(0.6);
    for pair in
        [[(210, 150), (300, 50)], [(300, 50), (420, 120)], [(420, 120), (520, 60)], [(520, 60), (640, 150)]]
    {
        let [from, to] = pair.map(|(x, y)| [x as f32, y as f32]);
        brush.line(from, to, 1.6, 0x009f_c5e8);
    }
    brush.opacity(1.0).below([300.0, 14.0, 120.0, 0.4], 0x0014_5374);
    brush.polygon(&[[806.0, 120.0], [900.0, 300.0], [806.0, 300.0]], 0x00ff_f6e3);
    brush.polygon(&[[792.0, 150.0], [792.0, 300.0], [722.0, 300.0]], 0x00f2_a65a);
    brush.line([799.0, 108.0], [799.0, 330.0], 7.0, 0x0059_3a2a);
    brush.polygon(&[[690.0, 318.0], [916.0, 318.0], [872.0, 366.0], [734.0, 366.0]], 0x00c0_4a3a);
    for (at, colour) in [0x000f_4562, 0x000c_3953, 0x0009_2c44, 0x0006_2036].into_iter().enumerate() {
        let at = at as f32;
        brush.below([350.0 + 42.0 * at, 13.0 + 2.0 * at, 95.0 + 22.0 * at, 1.9 * at], colour);
    }
    brush.opacity(0.45).line([1120.0, 372.0], [1236.0, 372.0], 4.0, 0x00ff_f1c4).line(
        [1146.0, 404.0],
        [1216.0, 404.0],
        4.0,
        0x00ff_f1c4,
    );
    brush.done()
}

/// The sun comes up behind hills, and birds are awake.
pub fn dawn() -> Scene {
    let mut brush = on([0x00f7_b267, 0x00f2_7c78]);
    brush.glow([980.0, 300.0], 620.0, 0x00ff_f2c2).disc([980.0, 300.0], 108.0, 0x00ff_f4d0);
    for (at, colour) in [0x00d9_7f91, 0x00a8_6391, 0x0074_4a80, 0x0046_3264].into_iter().enumerate() {
        let at = at as f32;
        brush.below([318.0 + 48.0 * at, 34.0 - 4.0 * at, 210.0 - 24.0 * at, 0.7 + 2.3 * at], colour);
    }
    for [x, y, size] in [
        [300.0, 130.0, 36.0],
        [390.0, 92.0, 26.0],
        [455.0, 160.0, 22.0],
        [620.0, 110.0, 18.0],
        [700.0, 175.0, 26.0],
    ] {
        brush.line([x - size, y - size * 0.42], [x, y], size / 6.0, 0x0046_3264);
        brush.line([x, y], [x + size, y - size * 0.42], size / 6.0, 0x0046_3264);
    }
    for at in 0_u8..26 {
        let x = 20.0 + 58.0 * f32::from(at);
        let high = 26.0 + f32::from(at * 7 % 5) * 11.0;
        brush.line([x, 500.0], [x + 9.0, 500.0 - high], 5.0, 0x002c_2148);
        brush.line([x + 16.0, 500.0], [x + 8.0, 506.0 - high * 0.7], 4.0, 0x002c_2148);
    }
    brush.done()
}

/// The front of a synthesizer at night.
pub fn synth() -> Scene {
    let mut brush = on([0x0023_1b3a, 0x000d_1024]);
    brush.glow([1240.0, 110.0], 420.0, 0x006c_4bd8);
    let lamps = [0x00ff_5d73, 0x00ff_b224, 0x003d_dbd9, 0x008b_7bff];
    for at in 0_u8..6 {
        let (middle, lamp) = ([150.0 + 150.0 * f32::from(at), 150.0], lamps[usize::from(at % 4)]);
        let turn = -2.3 + 0.85 * f32::from(at * 3 % 6);
        let to = |radius: f32| [middle[0] + radius * turn.sin(), middle[1] - radius * turn.cos()];
        brush.opacity(0.5).disc([middle[0] + 5.0, middle[1] + 9.0], 56.0, 0x0005_0610);
        brush.opacity(1.0).disc(middle, 54.0, 0x0039_3057).disc(middle, 42.0, 0x004d_4273).ring(
            middle,
            64.0,
            3.0,
            0x0052_4780,
        );
        brush.line(to(16.0), to(40.0), 7.0, lamp);
        brush.disc([middle[0], 250.0], 7.0, lamp);
    }
    for at in 0_u8..4 {
        let (from, to) = (150.0 + 230.0 * f32::from(at), 310.0 + 240.0 * f32::from(at));
        for [x, y] in [[from, 310.0], [to, 430.0 - 18.0 * f32::from(at)]] {
            brush.disc([x, y], 22.0, 0x000a_0c1c).ring([x, y], 22.0, 6.0, 0x0086_7fa8);
        }
        let lamp = lamps[usize::from(at)];
        let sag = [(from + to) / 2.0, 470.0];
        brush.line([from, 310.0], sag, 9.0, lamp).line(sag, [to, 430.0 - 18.0 * f32::from(at)], 9.0, lamp);
        brush.disc(sag, 4.5, lamp);
    }
    brush.polygon(&[[1080.0, 70.0], [1440.0, 70.0], [1440.0, 250.0], [1080.0, 250.0]], 0x0005_1b1f);
    for step in 0_u8..40 {
        let high = |at: u8| 160.0 - 60.0 * (f32::from(at) * 0.36).sin() * (f32::from(at) * 0.08).sin();
        let x = 1090.0 + 8.5 * f32::from(step);
        brush.line([x, high(step)], [x + 8.5, high(step + 1)], 5.0, 0x0052_f2c8);
    }
    brush.done()
}

/// A table that is laid, seen from above.
pub fn table() -> Scene {
    let mut brush = on([0x00b9_8259, 0x0086_5636]);
    brush.opacity(0.25);
    for at in 0_u8..7 {
        brush.wave([40.0 + 70.0 * f32::from(at), 5.0, 260.0, f32::from(at)], 3.0, 0x0050_2f1c);
    }
    let plate = |brush: &mut Brush, [x, y]: [f32; 2], size: f32, [rim, inside]: [u32; 2]| {
        brush.opacity(0.3).disc([x + 9.0, y + 14.0], size + 2.0, 0x002c_170c);
        brush.opacity(1.0).disc([x, y], size, rim).disc([x, y], size * 0.84, inside);
    };
    plate(&mut brush, [1010.0, 250.0], 190.0, [0x0028_3b5b, 0x00e9_b44c]);
    for [x, y, size] in [[940.0, 200.0, 40.0], [1070.0, 190.0, 34.0], [1010.0, 320.0, 38.0]] {
        brush.disc([x, y], size, 0x00fd_f6e3).disc([x + 4.0, y + 2.0], size * 0.48, 0x00f2_8c28);
    }
    for [x, y] in [[1000.0, 160.0], [1090.0, 290.0], [930.0, 290.0], [1060.0, 250.0], [975.0, 250.0]] {
        brush.ring([x, y], 11.0, 6.0, 0x004f_8a3c);
    }
    plate(&mut brush, [640.0, 160.0], 104.0, [0x00f6_efe4, 0x00fd_fbf6]);
    brush.disc([640.0, 160.0], 56.0, 0x00d8_4a3f);
    plate(&mut brush, [690.0, 392.0], 76.0, [0x0045_6b63, 0x0032_2a24]);
    plate(&mut brush, [1330.0, 170.0], 92.0, [0x00f6_efe4, 0x009c_b56a]);
    brush.disc([1310.0, 160.0], 26.0, 0x00c6_d98b).disc([1352.0, 186.0], 22.0, 0x007d_9a4d);
    brush.line([180.0, 400.0], [500.0, 330.0], 9.0, 0x003a_1d12).line(
        [186.0, 432.0],
        [506.0, 362.0],
        9.0,
        0x003a_1d12,
    );
    brush.opacity(0.92).polygon(&[[150.0, 70.0], [420.0, 70.0], [420.0, 250.0], [150.0, 250.0]], 0x0031_5c7c);
    brush.opacity(0.7);
    for at in 0_u8..5 {
        brush.line(
            [158.0, 92.0 + 34.0 * f32::from(at)],
            [412.0, 92.0 + 34.0 * f32::from(at)],
            4.0,
            0x00e8_f1f5,
        );
    }
    brush.done()
}
