//! `gatewright build`
