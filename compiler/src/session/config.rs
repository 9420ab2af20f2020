//! `gatewright.toml`: what a project chooses.

use crate::check::{Pin, Settings};
use serde::Deserialize;
use std::collections::BTreeMap;
use toml::Spanned;

/// The name of the file, in the root of a project.
pub const CONFIG_FILE: &str = "gatewright.toml";

/// What a project chooses. A key that means nothing is an error: a typo must not choose the default in silence.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    /// The project's name, for reports.
    pub name: String,
    /// How many days a waiver may hold.
    pub max_waiver_days: u16,
    /// The edition in which reports speak of each catalog.
    pub catalogs: BTreeMap<Spanned<String>, Spanned<String>>,
    /// The clusters that it emits for.
    pub kubernetes: Kubernetes,
    /// The text that it was read from.
    #[serde(skip)]
    pub text: String,
}

/// `[kubernetes]`
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Kubernetes {
    /// The oldest version among the clusters, such as `1.33`.
    pub version: Option<Spanned<String>>,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            name: String::new(),
            max_waiver_days: 90,
            catalogs: BTreeMap::new(),
            kubernetes: Kubernetes::default(),
            text: String::new(),
        }
    }
}

impl Config {
    /// Reads the text of a `gatewright.toml`.
    ///
    /// # Errors
    /// It is not TOML, has a key that means nothing, or a value of a wrong type; the error names the place.
    pub fn parse(text: &str) -> Result<Self, toml::de::Error> {
        toml::from_str(text).map(|read: Self| Self { text: text.to_owned(), ..read })
    }

    /// What the checker needs to know.
    pub fn settings(&self) -> Settings {
        let pin = |(catalog, edition): (&Spanned<String>, &Spanned<String>)| Pin {
            catalog: catalog.get_ref().into(),
            edition: edition.get_ref().into(),
            catalog_place: catalog.span(),
            edition_place: edition.span(),
        };
        Settings {
            max_waiver_days: i64::from(self.max_waiver_days),
            pins: self.catalogs.iter().map(pin).collect(),
            cluster: self.kubernetes.version.as_ref().map(|text| (text.get_ref().into(), text.span())),
            config: self.text.clone(),
        }
    }
}
