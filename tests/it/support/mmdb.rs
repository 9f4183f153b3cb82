//! Writes small databases in MaxMind's format, after its public specification: a binary tree over the bits of addresses,
//! a data section, and metadata. Records have 24 bits.

use std::net::Ipv4Addr;

/// An IPv4 network: its address, the length of its prefix, and the text members of its record.
pub type Network<'a> = (&'a str, u8, &'a [(&'a str, &'a str)]);

/// Returns a database of networks.
pub fn database(kind: &str, networks: &[Network<'_>]) -> Vec<u8> {
    let mut data = Vec::new();
    // Each node has two children: a node, or none, or a position in the data.
    let mut nodes = vec![[Child::None; 2]];
    for (address, length, members) in networks {
        let at = data.len();
        map(&members.iter().map(|(name, value)| (*name, text(value))).collect::<Vec<_>>(), &mut data);
        let bits = address.parse::<Ipv4Addr>().expect("an address").to_bits();
        let mut node = 0;
        for depth in 0..*length {
            let bit = (bits >> (31 - depth) & 1) as usize;
            if depth + 1 == *length {
                nodes[node][bit] = Child::Data(at);
                break;
            }
            node = match nodes[node][bit] {
                Child::Node(next) => next,
                _ => {
                    nodes.push([Child::None; 2]);
                    let next = nodes.len() - 1;
                    nodes[node][bit] = Child::Node(next);
                    next
                }
            };
        }
    }
    let mut out = Vec::new();
    for child in nodes.iter().flatten() {
        let value = match child {
            Child::None => nodes.len(),
            Child::Node(node) => *node,
            // Positions are counted from the end of the tree, with 16 empty bytes between.
            Child::Data(at) => nodes.len() + 16 + at,
        };
        out.extend(&(value as u32).to_be_bytes()[1..]);
    }
    out.extend([0; 16]);
    out.extend(data);
    out.extend(b"\xab\xcd\xefMaxMind.com");
    let metadata = [
        ("binary_format_major_version", number(2)),
        ("binary_format_minor_version", number(0)),
        ("build_epoch", unsigned_64(1_700_000_000)),
        ("database_type", text(kind)),
        ("description", vec![7 << 5]),
        ("ip_version", number(4)),
        // An empty array: an extended type.
        ("languages", vec![0, 4]),
        ("node_count", unsigned_32(nodes.len() as u32)),
        ("record_size", number(24)),
    ];
    map(&metadata, &mut out);
    out
}

#[derive(Clone, Copy)]
enum Child {
    None,
    Node(usize),
    Data(usize),
}

fn text(value: &str) -> Vec<u8> {
    assert!(value.len() < 285, "longer texts are not needed");
    let mut out = match value.len() {
        short @ 0..29 => vec![2 << 5 | short as u8],
        long => vec![2 << 5 | 29, (long - 29) as u8],
    };
    out.extend(value.as_bytes());
    out
}

fn number(value: u16) -> Vec<u8> {
    [&[5 << 5 | 2][..], &value.to_be_bytes()].concat()
}

fn unsigned_32(value: u32) -> Vec<u8> {
    [&[6 << 5 | 4][..], &value.to_be_bytes()].concat()
}

fn unsigned_64(value: u64) -> Vec<u8> {
    [&[8, 2][..], &value.to_be_bytes()].concat()
}

fn map(members: &[(&str, Vec<u8>)], out: &mut Vec<u8>) {
    out.push(7 << 5 | members.len() as u8);
    for (name, value) in members {
        out.extend(text(name));
        out.extend(value);
    }
}
