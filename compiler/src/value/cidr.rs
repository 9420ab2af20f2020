//! Network prefixes.

use super::Scalar;
use super::number::{all_digits, superfluous_zero};
use ipnet::IpNet;
use serde_json::Value;
use std::fmt;
use std::net::IpAddr;

/// An IPv4 or IPv6 prefix, as in `10.0.0.0/8`. No bit after the prefix is set.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Cidr(IpNet);

/// Why a prefix is refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CidrError {
    /// Not an address, a slash and a length.
    #[error("a network is an address, `/` and the length of its prefix, as in `10.0.0.0/8`")]
    Malformed,
    /// Not an IPv4 or IPv6 address.
    #[error("`{0}` is not an IP address")]
    Address(String),
    /// An IPv4 address in IPv6 clothes, which engines treat differently.
    #[error("an IPv4 address is written as one, not as `::ffff:…`")]
    Mapped,
    /// A prefix longer than the address.
    #[error("the prefix of this address has at most {0} bits")]
    Length(u8),
    /// Bits that are set after the prefix.
    #[error("bits are set after the prefix: the network is `{0}`")]
    HostBits(Cidr),
}

impl Cidr {
    /// The address of the network.
    pub fn address(self) -> IpAddr {
        self.0.network()
    }

    /// The length of the prefix in bits.
    pub fn prefix(self) -> u8 {
        self.0.prefix_len()
    }

    /// Whether the address is in the network. An address of the other family never is.
    pub fn contains(self, address: IpAddr) -> bool {
        self.0.contains(&address)
    }

    /// Whether every address of `other` is in the network.
    pub fn covers(self, other: Cidr) -> bool {
        self.0.contains(&other.0)
    }
}

impl fmt::Display for Cidr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl Scalar for Cidr {
    type Error = CidrError;

    /// An address, `/`, the length of the prefix.
    fn parse_literal(text: &str) -> Result<Cidr, CidrError> {
        let (address, length) = text.split_once('/').ok_or(CidrError::Malformed)?;
        if !all_digits(length) || superfluous_zero(length) {
            return Err(CidrError::Malformed);
        }
        let address: IpAddr = address.parse().map_err(|_| CidrError::Address(address.to_owned()))?;
        let bits = match address {
            IpAddr::V4(_) => 32,
            IpAddr::V6(address) if address.to_ipv4_mapped().is_some() => return Err(CidrError::Mapped),
            IpAddr::V6(_) => 128,
        };
        let net = length.parse().ok().and_then(|length| IpNet::new(address, length).ok());
        let net = net.ok_or(CidrError::Length(bits))?;
        let network = Cidr(net.trunc());
        if network.0 == net { Ok(network) } else { Err(CidrError::HostBits(network)) }
    }

    /// The literal as text; IPv6 in any spelling.
    fn from_json(value: &Value) -> Option<Cidr> {
        Cidr::parse_literal(value.as_str()?).ok()
    }

    fn to_json(&self) -> Value {
        Value::from(self.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn cidr(text: &str) -> Cidr {
        Cidr::parse_literal(text).expect(text)
    }

    #[test]
    fn literals() {
        for text in ["10.0.0.0/8", "0.0.0.0/0", "192.0.2.1/32", "2001:db8::/32", "::/0", "fe80::1/128"] {
            assert_eq!(cidr(text).to_string(), text);
        }
        assert_eq!(cidr("2001:DB8:0:0::/32").to_string(), "2001:db8::/32");
    }

    #[test]
    fn each_mistake_has_its_reason() {
        let error = |text: &str| Cidr::parse_literal(text).expect_err(text);
        for text in ["", "10.0.0.0", "10.0.0.0/", "10.0.0.0/08", "10.0.0.0/+8", "10.0.0.0/8/8"] {
            assert_eq!(error(text), CidrError::Malformed, "{text}");
        }
        for text in ["10.0.0/8", "010.0.0.0/8", "fe80::1%eth0/64", "/8", " 10.0.0.0/8"] {
            assert!(matches!(error(text), CidrError::Address(_)), "{text}");
        }
        assert_eq!(error("10.0.0.0/33"), CidrError::Length(32));
        assert_eq!(error("::/129"), CidrError::Length(128));
        assert_eq!(error("::/999"), CidrError::Length(128));
        assert_eq!(error("::ffff:10.0.0.0/104"), CidrError::Mapped);
        assert_eq!(error("10.1.2.3/8").to_string(), "bits are set after the prefix: the network is `10.0.0.0/8`");
    }

    #[test]
    fn containment() {
        let private = cidr("10.0.0.0/8");
        assert!(private.contains("10.1.2.3".parse().expect("an address")));
        assert!(!private.contains("11.0.0.0".parse().expect("an address")));
        assert!(!private.contains("::1".parse().expect("an address")));
        assert!(private.covers(cidr("10.1.0.0/16")));
        assert!(!private.covers(cidr("0.0.0.0/0")));
        assert!(!cidr("::/0").covers(private));
    }

    #[test]
    fn documents_hold_text() {
        assert_eq!(Cidr::from_json(&json!("10.0.0.0/8")), Some(cidr("10.0.0.0/8")));
        assert_eq!(Cidr::from_json(&json!("10.0.0.1/8")), None);
        assert_eq!(Cidr::from_json(&json!(10)), None);
    }
}
