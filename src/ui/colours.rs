//! Tests that colours can be told apart by colour-blind people and read on dark and light backgrounds.

use std::array::from_fn;

use ratatui::style::Color;

use super::theme::Theme;

/// Linear red, green and blue, 0 to 1.
type Light = [f64; 3];

type Matrix = [[f64; 3]; 3];

/// How people see: all cones, or one kind missing. Source: Machado, Oliveira and Fernandes, "A Physiologically-based
/// Model for Simulation of Color Vision Deficiency" (2009), severity 1.0, for linear sRGB.
const EYES: [(&str, Matrix); 4] = [
    ("normal", [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]]),
    ("protanopia", [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]),
    (
        "deuteranopia",
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]],
    ),
    ("tritanopia", [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]]),
];

/// Linear sRGB to CIE XYZ. Source: IEC 61966-2-1, white point D65.
const TO_XYZ: Matrix =
    [[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750], [0.0193339, 0.1191920, 0.9503041]];

/// The least distance of two meanings in CIE 1976 L*a*b* (ΔE*ab). Just noticeable is 2.3 (Mahy, Van Eycken and Oosterlinck
/// 1994). Our own choice: seven times that, because a sign is small and one does not see the two side by side.
const APART: f64 = 16.0;

/// The least contrast of a text. Source: WCAG 2.1, success criterion 1.4.3, level AA.
const CONTRAST: f64 = 4.5;

/// Backgrounds that people use: black, VS Code, One Dark, Solarized; white, near white, Solarized.
const DARK: [u32; 4] = [0x00_0000, 0x1e_1e1e, 0x28_2c34, 0x00_2b36];
const LIGHT: [u32; 3] = [0xff_ffff, 0xfa_fafa, 0xfd_f6e3];

fn light(hex: u32) -> Light {
    from_fn(|at| {
        let part = f64::from((hex >> (16 - 8 * at)) & 0xff) / 255.0;
        if part <= 0.04045 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) }
    })
}

/// The fixed colours of the 256: a cube of six steps each. Source: xterm.
fn of_cube(number: u8) -> u32 {
    assert!((16..232).contains(&number), "only these have the same value in every terminal");
    let step = |of: u8| if of == 0 { 0 } else { 55 + 40 * u32::from(of) };
    let at = number - 16;
    step(at / 36) << 16 | step(at / 6 % 6) << 8 | step(at % 6)
}

fn times(matrix: &Matrix, light: Light) -> Light {
    from_fn(|row| (0..3).map(|column| matrix[row][column] * light[column]).sum())
}

fn lab(light: Light) -> [f64; 3] {
    let white = times(&TO_XYZ, [1.0; 3]);
    let xyz = times(&TO_XYZ, light.map(|part| part.clamp(0.0, 1.0)));
    let [x, y, z] = from_fn(|at| {
        let part: f64 = xyz[at] / white[at];
        if part > 216.0 / 24389.0 { part.cbrt() } else { (24389.0 / 27.0 * part + 16.0) / 116.0 }
    });
    [116.0 * y - 16.0, 500.0 * (x - y), 200.0 * (y - z)]
}

fn distance(one: u32, other: u32, eyes: &Matrix) -> f64 {
    let [one, other] = [one, other].map(|colour| lab(times(eyes, light(colour))));
    one.iter().zip(other).map(|(one, other)| (one - other).powi(2)).sum::<f64>().sqrt()
}

/// Source: WCAG 2.1, definitions of relative luminance and contrast ratio.
fn contrast(one: u32, other: u32) -> f64 {
    let [one, other] = [one, other].map(|colour| times(&TO_XYZ, light(colour))[1] + 0.05);
    one.max(other) / one.min(other)
}

fn meanings(theme: &Theme) -> [(&'static str, u32); 5] {
    [
        ("poor", theme.poor),
        ("failed", theme.failed),
        ("noted", theme.noted),
        ("good", theme.good),
        ("accent", theme.accent),
    ]
    .map(|(name, style)| match style.fg {
        Some(Color::Indexed(number)) => (name, of_cube(number)),
        other => panic!("{name} is {other:?}, which differs from terminal to terminal"),
    })
}

#[test]
fn the_safe_colours_stay_apart_for_every_eye_and_readable_on_every_background() {
    for (theme, backgrounds) in [(Theme::SAFE_DARK, &DARK[..]), (Theme::SAFE_LIGHT, &LIGHT[..])] {
        let meanings = meanings(&theme);
        for (at, (name, colour)) in meanings.iter().enumerate() {
            for (eyes, matrix) in &EYES {
                for (other, next) in &meanings[at + 1..] {
                    let far = distance(*colour, *next, matrix);
                    assert!(far >= APART, "{name} and {other}: {far:.1} with {eyes}");
                }
            }
            for background in backgrounds {
                let seen = contrast(*colour, *background);
                assert!(seen >= CONTRAST, "{name} on {background:06x}: {seen:.2}");
            }
        }
    }
}

#[test]
fn the_simulation_agrees_with_what_is_known() {
    assert!((contrast(0xff_ffff, 0) - 21.0).abs() < 0.01, "black on white is 21:1 by definition");
    let [_, _, (_, deuteranopia), _] = EYES;
    let (red, green, blue) = (0xcc_3311, 0x55_8800, 0x00_44cc);
    assert!(distance(red, green, &EYES[0].1) > 2.0 * distance(red, green, &deuteranopia), "red and green draw near");
    assert!(distance(red, blue, &deuteranopia) > 60.0, "red and blue do not");
}
