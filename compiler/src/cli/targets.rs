//! `gatewright targets`
