//! The environment variables and files that the program reads, as tables for its help, its man page and docs/settings.md.

/// The variables, in groups, each with what it does. Those that only tell what kind of terminal or session this is are
/// left out.
pub const VARIABLES: &[(&str, &[(&str, &str)])] = &[
    (
        "Signing in",
        &[
            ("CALLSCOPE_TOKEN", "an access token obtained elsewhere"),
            ("AZURE_TENANT_ID", "the tenant to sign in to"),
            ("AZURE_CLIENT_ID", "the application to sign in as"),
            ("AZURE_CLIENT_SECRET", "its secret"),
            ("AZURE_CLIENT_CERTIFICATE_PATH", "its certificate with the private key"),
            ("AZURE_CLIENT_CERTIFICATE_PASSWORD", "the password of the certificate's file"),
            ("AZURE_FEDERATED_TOKEN_FILE", "the token of a workload identity, as set by Kubernetes"),
        ],
    ),
    (
        "Network",
        &[
            ("HTTPS_PROXY", "the proxy (also ALL_PROXY, and in lower case)"),
            ("NO_PROXY", "hosts to contact without the proxy"),
            ("SSL_CERT_FILE", "certificates to trust instead of the system's"),
            ("SSL_CERT_DIR", "the same, as a folder"),
        ],
    ),
    (
        "Files and settings",
        &[
            ("CALLSCOPE_CONFIG", "the config file; empty: none"),
            ("CALLSCOPE_CACHE", "the folder for cached pages; empty: none are kept"),
            ("CALLSCOPE_STATE", "the file that remembers how calls were left; empty: none"),
            ("CALLSCOPE_TIME", "the time zone of times shown: utc or local"),
            ("CALLSCOPE_LOG", "what --log keeps: a level, or http=debug,pages=trace"),
            ("TMPDIR", "the folder for temporary files"),
        ],
    ),
    (
        "Screen and other programs",
        &[
            ("NO_COLOR", "no colours, if set to anything"),
            ("COLORTERM", "truecolor: the terminal shows all colours"),
            ("TERM", "dumb: a terminal that cannot draw gets the text"),
            ("LC_ALL", "the locale (also LC_CTYPE, LANG): ASCII unless UTF-8"),
            ("PAGER", "the pager; less or more without it"),
            ("VISUAL", "the editor (also EDITOR)"),
        ],
    ),
];

/// The files in the user's own folders, each with what it holds. Where the system has other folders, they are there.
pub const FILES: [(&str, &str); 3] = [
    ("~/.config/callscope/config.toml", "the settings; see `callscope config`"),
    ("~/.cache/callscope/", "the pages of calls that were fetched, for 30 days"),
    ("~/.local/state/callscope/memory.json", "how calls were left"),
];

/// Returns the variables as Markdown, for docs/settings.md.
pub fn markdown() -> String {
    let rows = VARIABLES.iter().flat_map(|(_, variables)| *variables);
    let rows = rows.map(|(name, about)| format!("| `{name}` | {about} |\n"));
    format!("| variable | meaning |\n|---|---|\n{}", rows.collect::<String>())
}
