//! What happens to files: cut off, flipped, mixed up, misnamed.

use std::io::{Cursor, Read as _};

use fastrand::Rng;

use super::good::archive;

/// Damages a file that is called `extension`: what it is called afterwards, and its bytes.
pub(super) fn damage(extension: &str, bytes: &[u8], random: &mut Rng) -> (String, Vec<u8>) {
    let same = extension.to_owned();
    match random.u32(0..12) {
        0 => (same, bytes[..random.usize(..bytes.len())].to_vec()),
        1 => (same, cut_near_the_end(bytes, random)),
        2 => (same, flipped(bytes, 1, random)),
        3 => (same, flipped(bytes, 1 + bytes.len() / 1000, random)),
        4 => (same, overwritten(bytes, random)),
        5 => (same, moved(bytes, random)),
        6 => (same, without(bytes, random)),
        7 => (misnamed(random), bytes.to_vec()),
        8 => (same, random_bytes(bytes, random)),
        9 => (same, doubled(bytes, random)),
        _ if bytes.starts_with(b"PK") => (same, changed_inside(bytes, random)),
        _ => (same, changed_words(bytes, random)),
    }
}

fn cut_near_the_end(bytes: &[u8], random: &mut Rng) -> Vec<u8> {
    let n_cut = random.usize(1..=bytes.len().min(200));
    bytes[..bytes.len() - n_cut].to_vec()
}

fn flipped(bytes: &[u8], n: usize, random: &mut Rng) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    for _ in 0..n {
        let at = random.usize(..bytes.len());
        bytes[at] ^= 1 << random.u32(0..8);
    }
    bytes
}

fn range(bytes: &[u8], random: &mut Rng) -> std::ops::Range<usize> {
    let start = random.usize(..bytes.len());
    start..(start + random.usize(1..=1 + bytes.len() / 8)).min(bytes.len())
}

fn overwritten(bytes: &[u8], random: &mut Rng) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    let range = range(&bytes, random);
    let with = random.u8(..);
    bytes[range].fill(with);
    bytes
}

fn moved(bytes: &[u8], random: &mut Rng) -> Vec<u8> {
    let range = range(bytes, random);
    let mut rest = [&bytes[..range.start], &bytes[range.end..]].concat();
    let at = random.usize(..=rest.len());
    rest.splice(at..at, bytes[range].iter().copied());
    rest
}

fn without(bytes: &[u8], random: &mut Rng) -> Vec<u8> {
    let range = range(bytes, random);
    [&bytes[..range.start], &bytes[range.end..]].concat()
}

fn doubled(bytes: &[u8], random: &mut Rng) -> Vec<u8> {
    let range = range(bytes, random);
    [&bytes[..range.end], &bytes[range.start..]].concat()
}

fn misnamed(random: &mut Rng) -> String {
    const NAMES: [&str; 12] =
        ["pdf", "xlsx", "xls", "ods", "docx", "csv", "html", "jsonl", "txt", "doc", "png", "zip"];
    (*random.choice(NAMES.iter()).unwrap()).to_owned()
}

fn random_bytes(bytes: &[u8], random: &mut Rng) -> Vec<u8> {
    // The first bytes stay, so that it is taken for what it was.
    let head = random.usize(..=16.min(bytes.len()));
    let noise = std::iter::repeat_with(|| random.u8(..)).take(bytes.len().min(20_000));
    bytes[..head].iter().copied().chain(noise).collect()
}

/// An archive with one part changed and packed again, so that its checksums hold.
fn changed_inside(bytes: &[u8], random: &mut Rng) -> Vec<u8> {
    let Ok(mut zip) = zip::ZipArchive::new(Cursor::new(bytes)) else { return Vec::new() };
    let chosen = random.usize(..zip.len());
    let mut parts = Vec::new();
    for index in 0..zip.len() {
        let mut part = zip.by_index(index).unwrap();
        let name = part.name().unwrap().into_owned();
        let mut content = Vec::new();
        part.read_to_end(&mut content).unwrap();
        if index == chosen && !content.is_empty() {
            content = match random.u32(0..3) {
                0 => flipped(&content, 3, random),
                1 => moved(&content, random),
                _ => changed_words(&content, random),
            };
        }
        parts.push((name, content));
    }
    let parts: Vec<(&str, &[u8])> =
        parts.iter().map(|(name, content)| (name.as_str(), content.as_slice())).collect();
    archive(&parts)
}

/// Numbers become other numbers, and brackets are turned round: structures that lead nowhere, back, or without end.
fn changed_words(bytes: &[u8], random: &mut Rng) -> Vec<u8> {
    const NUMBERS: [&str; 6] = ["0", "1", "-1", "4294967295", "99999999999", "3"];
    let mut out = Vec::with_capacity(bytes.len());
    let rate = random.u32(20..2000);
    let mut at = 0;
    while at < bytes.len() {
        let n_digits = bytes[at..].iter().take_while(|byte| byte.is_ascii_digit()).count();
        let hit = random.u32(0..rate) == 0;
        match bytes[at] {
            _ if 0 < n_digits && hit => {
                out.extend(random.choice(NUMBERS.iter()).unwrap().bytes());
                at += n_digits;
                continue;
            }
            b'<' if hit => out.extend(b"<<"),
            b'>' if hit => {}
            b'[' if hit => out.push(b']'),
            b'/' if hit => out.extend(b"//"),
            b'"' if hit => out.push(b'\''),
            byte => out.push(byte),
        }
        at += 1;
    }
    out
}
