//! An uploaded file. The first byte says what the picture is for; the rest is the file.

use domain::picture::Purpose;

pub fn run(input: &[u8]) {
    let Some((first, file)) = input.split_first() else { return };
    let purpose = Purpose::ALL[usize::from(first % 3)];
    if let Ok(made) = gateways::process(purpose, file) {
        assert_eq!(made.files.len(), purpose.sizes().len(), "a size is missing");
        assert!(made.files.iter().all(|(_, bytes)| !bytes.is_empty()), "a file is empty");
    }
}
