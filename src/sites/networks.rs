//! Networks as prefixes of addresses, and the longest of them that covers an address.

use std::collections::HashMap;
use std::net::IpAddr;

use foldhash::fast::FixedState;

/// Reads an address as records write it; an IPv4 address inside an IPv6 one is an IPv4 address. `None` if it is none.
pub(super) fn address(text: &str) -> Option<IpAddr> {
    let text = text.trim().trim_start_matches('[').trim_end_matches(']');
    // fe80::1%eth0 names the adapter after the address.
    let address: IpAddr = text.split('%').next()?.parse().ok()?;
    Some(address.to_canonical())
}

/// A network: an address without its host's bits, and the length of its prefix in bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Network {
    is_v6: bool,
    bits: u128,
    length: u8,
}

impl Network {
    /// Returns the network of an address with a prefix of this length; `None` if the address is shorter.
    pub(super) fn of(address: IpAddr, length: u8) -> Option<Network> {
        let (is_v6, bits, all) = match address {
            IpAddr::V4(address) => (false, u128::from(address.to_bits()), 32_u32),
            IpAddr::V6(address) => (true, address.to_bits(), 128),
        };
        let host = all.checked_sub(u32::from(length))?;
        let bits = bits.checked_shr(host).and_then(|bits| bits.checked_shl(host)).unwrap_or(0);
        Some(Network { is_v6, bits, length })
    }
}

/// Values by network.
#[derive(Debug)]
pub(super) struct Networks<T> {
    by_network: HashMap<Network, T, FixedState>,
    /// The lengths of prefixes that occur, the longest first: for IPv4 and IPv6.
    lengths: [Vec<u8>; 2],
}

impl<T> Default for Networks<T> {
    fn default() -> Networks<T> {
        Networks { by_network: HashMap::default(), lengths: [Vec::new(), Vec::new()] }
    }
}

impl<T> Networks<T> {
    /// Returns the value of exactly this network.
    pub(super) fn at(&self, network: Network) -> Option<&T> {
        self.by_network.get(&network)
    }

    /// Adds a network, or replaces its value.
    pub(super) fn insert(&mut self, network: Network, value: T) {
        let lengths = &mut self.lengths[usize::from(network.is_v6)];
        if let Err(at) = lengths.binary_search_by(|length| network.length.cmp(length)) {
            lengths.insert(at, network.length);
        }
        self.by_network.insert(network, value);
    }

    /// Returns the value of the longest prefix that covers an address, and is shorter than `below` bits.
    pub(super) fn longest(&self, address: IpAddr, below: u8) -> Option<&T> {
        let lengths = self.lengths[usize::from(address.is_ipv6())].iter();
        let mut networks = lengths.filter(|length| **length < below).filter_map(|length| Network::of(address, *length));
        networks.find_map(|network| self.by_network.get(&network))
    }

    /// Returns the number of networks.
    pub(super) fn count(&self) -> usize {
        self.by_network.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_prefix_wins_in_either_family() {
        let mut networks = Networks::default();
        for (text, length) in
            [("10.0.0.0", 8), ("10.60.0.0", 16), ("10.60.1.0", 24), ("2001:db8::", 32), ("2001:db8:1::", 48)]
        {
            let network = Network::of(address(text).expect("an address"), length).expect("a network");
            networks.insert(network, format!("{text}/{length}"));
        }
        let longest = |text| networks.longest(address(text).expect("an address"), u8::MAX).map(String::as_str);
        assert_eq!(longest("10.60.1.200"), Some("10.60.1.0/24"));
        assert_eq!(longest("10.60.2.1"), Some("10.60.0.0/16"));
        assert_eq!(longest("10.61.0.1"), Some("10.0.0.0/8"));
        assert_eq!(longest("::ffff:10.60.1.2"), Some("10.60.1.0/24"));
        assert_eq!(longest("2001:db8:1:2::3"), Some("2001:db8:1::/48"));
        assert_eq!(longest("2001:db8:2::3%eth0"), Some("2001:db8::/32"));
        assert_eq!(longest("11.0.0.1"), None);
        assert_eq!(longest("::a3c:101"), None, "an IPv6 address with the same last bits is another address");
    }

    #[test]
    fn no_address_is_read_as_another_one() {
        for text in ["", "10.60", "10.060.0.1", "10.60.0.256", "10.60.0.0/24", "1e3", "::1::", "localhost"] {
            assert_eq!(address(text), None, "{text}");
        }
        assert_eq!(Network::of(address("10.0.0.1").expect("an address"), 33), None);
        assert!(Network::of(address("10.0.0.1").expect("an address"), 0).is_some());
        assert!(Network::of(address("::1").expect("an address"), 0).is_some());
    }
}
