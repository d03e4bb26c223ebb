//! An uploaded file. The first byte says what the picture is for; the rest is the file, or the keyframe of a publisher.

use domain::{live::media::Keyframe, picture::Purpose};

pub fn run(input: &[u8]) {
    let Some((first, file)) = input.split_first() else { return };
    let purpose = Purpose::ALL[usize::from(*first) % Purpose::ALL.len()];
    if let Ok(made) = gateways::process(purpose, file) {
        assert_eq!(made.files.len(), purpose.sizes().len(), "a size is missing");
        assert!(made.files.iter().all(|(_, bytes)| !bytes.is_empty()), "a file is empty");
    }
    if let Ok(still) = gateways::still(&Keyframe { vp8: file.to_vec(), turn: 0 }) {
        assert!(!still.sharp.is_empty() && !still.veiled.is_empty(), "a still is empty");
    }
}
