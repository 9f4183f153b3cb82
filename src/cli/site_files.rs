//! Files of the user's own about networks.

use std::path::PathBuf;

use clap::{Args, ValueHint};

/// Files about networks; the config file may name them, too.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Files about your networks")]
pub struct SiteFiles {
    /// Building data as uploaded to Call Quality Dashboard (.tsv, .csv): sites are then named
    #[arg(long, value_name = "FILE", global = true, value_hint = ValueHint::FilePath)]
    pub buildings: Option<PathBuf>,

    /// Lines `BSSID,name`: access points are then named
    #[arg(long, value_name = "FILE", global = true, value_hint = ValueHint::FilePath)]
    pub access_points: Option<PathBuf>,

    /// A MaxMind database (.mmdb) such as GeoLite2-ASN: names the provider behind a public address
    #[arg(long, value_name = "FILE", global = true, value_hint = ValueHint::FilePath)]
    pub providers: Option<PathBuf>,
}
