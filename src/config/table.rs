//! Every setting of the config file in one table: for its template, for showing what is in effect and where it comes from,
//! for docs/settings.md, and for the test that holds the reader to it.

/// A key of the config file outside of its sections.
#[derive(Debug)]
pub struct Setting {
    /// The key.
    pub key: &'static str,
    /// What it does, as a sentence.
    pub about: &'static str,
    /// Its default in TOML; `None` if it is not set by default.
    pub default: Option<&'static str>,
    /// An example in TOML, if there is no default.
    pub example: &'static str,
    /// The options that go before it: each option's ID, and the value that it stands for if it takes none.
    pub options: &'static [(&'static str, Option<&'static str>)],
    /// The environment variable that means the same, and whether it goes before the file.
    pub variable: Option<(&'static str, bool)>,
}

const fn setting(key: &'static str, about: &'static str, default: Option<&'static str>) -> Setting {
    Setting { key, about, default, example: "", options: &[], variable: None }
}

impl Setting {
    const fn by(self, options: &'static [(&'static str, Option<&'static str>)]) -> Setting {
        Setting { options, ..self }
    }

    const fn example(self, example: &'static str) -> Setting {
        Setting { example, ..self }
    }

    const fn variable(self, name: &'static str, goes_first: bool) -> Setting {
        Setting { variable: Some((name, goes_first)), ..self }
    }
}

/// The settings, in the order of the template.
pub const SETTINGS: &[Setting] = &[
    setting("judge-by", "Rule set to judge by; `callscope rules` lists them.", Some("\"cqd\"")).by(&[("rules", None)]),
    setting("time", "Time zone of times shown: utc or local.", Some("\"utc\""))
        .by(&[("time", None)])
        .variable("CALLSCOPE_TIME", true),
    setting(
        "privacy",
        "What to hide: full (nothing), tier2 (people) or tier1 (networks and devices as well).",
        Some("\"full\""),
    )
    .by(&[("privacy", None)]),
    setting("ticket-markup", "What tickets are written in: text, markdown, jira or servicenow.", Some("\"text\""))
        .by(&[("markup", None)]),
    setting("theme", "Colours: auto, dark, light, safe or mono.", Some("\"auto\"")).by(&[("theme", None)]),
    setting("ascii", "Draw with ASCII characters only; by default as the locale says.", None)
        .example("true")
        .by(&[("ascii", Some("true"))]),
    setting("mouse", "Use the mouse.", Some("false")).by(&[("mouse", Some("true"))]),
    setting("columns", "Columns of the list of sessions; by default as many as fit.", None)
        .example("[\"subnet\", \"averagePacketLossRate\", \"words\"]"),
    setting("title", "Let the title of the terminal's window follow the state.", Some("true")),
    setting("bell", "Ring the terminal's bell at the end of a long load.", Some("true")),
    setting("remember", "Remember how calls were left.", Some("true")),
    setting("buildings", "Building data file in Microsoft's format.", None)
        .example("\"buildings.tsv\"")
        .by(&[("buildings", None)]),
    setting("access-points", "File of BSSID,name lines.", None)
        .example("\"access-points.csv\"")
        .by(&[("access_points", None)]),
    setting("providers", "MaxMind-format file that names the provider of an address.", None)
        .example("\"GeoLite2-ASN.mmdb\"")
        .by(&[("providers", None)]),
    setting("cloud", "The cloud that calls are in: global, usgov or dod.", Some("\"global\"")).by(&[("cloud", None)]),
    setting("api", "Graph API version: v1.0 or beta.", Some("\"v1.0\"")).by(&[("api", None)]),
    setting("tenant", "Tenant to sign in to.", None)
        .example("\"contoso.onmicrosoft.com\"")
        .variable("AZURE_TENANT_ID", false),
    setting("client", "Application to sign in as.", None)
        .example("\"00000000-0000-0000-0000-000000000000\"")
        .variable("AZURE_CLIENT_ID", false),
    setting("token-command", "A command that prints a token.", None)
        .example("\"az account get-access-token --resource https://graph.microsoft.com --query accessToken -o tsv\"")
        .by(&[("token_command", None)]),
    setting("segments", "Request sessions with their segments; without, nothing can be judged.", Some("true"))
        .by(&[("no_segments", Some("false")), ("segments", Some("true"))]),
    setting("page-size", "Maximum number of sessions per page, from 1 to 60; by default the service's.", None)
        .example("20")
        .by(&[("page_size", None)]),
    setting("omit-nulls", "Request responses without null members.", Some("false")).by(&[("omit_nulls", None)]),
    setting("select", "Request only these members of sessions; by default all.", None)
        .example("[\"id\", \"caller\", \"startDateTime\"]")
        .by(&[("select", None)]),
    setting("cache-megabytes", "Disk space for pages of earlier calls; 0 keeps nothing.", Some("2147.483648"))
        .by(&[("no_cache", Some("0"))]),
    setting("spool-megabytes", "Limit on temporary files.", Some("17179.869184")),
];

/// A section of the config file, with an example.
#[derive(Debug)]
pub struct SectionExample {
    /// The first part of its name.
    pub key: &'static str,
    /// What it does, as a sentence.
    pub about: &'static str,
    /// Lines of TOML.
    pub example: &'static [&'static str],
}

/// The sections, in the order of the template. None has anything in it by default.
pub const SECTIONS: &[SectionExample] = &[
    SectionExample {
        key: "keys",
        about: "Keys for commands, by place and command as in docs/keys.md.",
        example: &["[keys.sessions]", "filter = [\"f\", \"/\"]"],
    },
    SectionExample {
        key: "filters",
        about: "Filters of your own, called by name: @vip.",
        example: &["[filters]", "vip = \"user:ada or user:owen\""],
    },
    SectionExample {
        key: "colors",
        about: "Colours instead of the theme's: #rrggbb, a name, or a number from 0 to 255.",
        example: &[
            "[colors]",
            "poor = \"#ff8800\"",
            "failed = \"magenta\"",
            "noted = \"yellow\"",
            "good = \"green\"",
            "accent = \"cyan\"",
        ],
    },
    SectionExample {
        key: "commands",
        about: "Commands of your own, which get the report for a ticket on standard input.",
        example: &[
            "[commands.ticket]",
            "key = \"T\"",
            "run = [\"jira-create\", \"--external-id\", \"{call}\"]",
            "description = \"open a ticket\"",
            "timeout-seconds = 60",
        ],
    },
    SectionExample {
        key: "rules",
        about: "Rule sets of your own, in the format that `callscope rules` prints.",
        example: &[
            "[rules.strict.audio]",
            "packets-over = 200",
            "poor-if-any = [\"averageJitter > 20 ms\", \"averagePacketLossRate > 3 %\"]",
        ],
    },
];

/// Returns a config file with every setting and its default, all commented out.
pub fn template() -> String {
    let mut text =
        "# Settings of callscope. Remove the `#` before a line to change what it says; the values are the defaults,\n\
                    # or examples where there is none.\n"
            .to_owned();
    for Setting { key, about, default, example, .. } in SETTINGS {
        text += &format!("\n# {about}\n#{key} = {}\n", default.unwrap_or(example));
    }
    for SectionExample { about, example, .. } in SECTIONS {
        text += &format!("\n# {about}\n");
        example.iter().for_each(|line| text += &format!("#{line}\n"));
    }
    text
}

/// Returns the table as Markdown, for docs/settings.md.
pub fn markdown() -> String {
    let mut text = "| setting | what it does | default | option or variable |\n|---|---|---|---|\n".to_owned();
    for Setting { key, about, default, example, options, variable } in SETTINGS {
        let options = options.iter().map(|(id, _)| format!("`--{}`", id.replace('_', "-")));
        let variables = variable.iter().map(|(name, _)| format!("`{name}`"));
        let instead = options.chain(variables).collect::<Vec<_>>().join(", ");
        let value = default.map_or_else(|| format!("none, for example `{example}`"), |default| format!("`{default}`"));
        text += &format!("| `{key}` | {about} | {value} | {instead} |\n");
    }
    text
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::config::Config;

    /// The template with every line in effect that is not a sentence.
    fn in_effect(template: &str) -> String {
        let line = |line: &str| match line.strip_prefix('#') {
            Some(setting) if !setting.starts_with(' ') => format!("{setting}\n"),
            _ => format!("{line}\n"),
        };
        template.lines().map(line).collect()
    }

    #[test]
    fn the_template_is_a_config_file_with_or_without_its_lines() {
        assert!(Config::read(&template()).is_ok());
        let text = in_effect(&template());
        let config = Config::read(&text).unwrap_or_else(|mistake| panic!("{mistake}\n{text}"));
        assert_eq!((config.settings.columns.len(), config.sets.count()), (3, 4));
    }

    #[test]
    fn the_defaults_in_the_table_are_those_of_the_program() {
        let defaults = SETTINGS.iter().filter_map(|it| Some(format!("{} = {}\n", it.key, it.default?)));
        let settings = Config::read(&defaults.collect::<String>()).expect("they are valid").settings;
        assert_eq!(settings.request, crate::call::Request::default());
        assert_eq!(settings.cloud, Some(crate::graph::Cloud::default()));
        assert_eq!(settings.api, Some(crate::graph::Api::default()));
        assert_eq!(settings.theme, Some(crate::ui::ThemeChoice::default()));
        assert_eq!(settings.zone, Some(crate::model::Zone::default()));
        assert_eq!(settings.judge_by.as_deref(), Some("cqd"));
        assert!(!settings.uses_mouse && !settings.forgets && !settings.keeps_title && !settings.is_silent);
        assert_eq!((settings.cache_limit, settings.spool_limit), (Some(2 << 30), Some(16 << 30)));
    }

    #[test]
    fn the_table_has_every_key_that_is_read_and_no_other() {
        let mistake = Config::read("qqqq = 1").expect_err("there is no such key").to_string();
        let (_, read) = mistake.split_once("known keys: ").expect("it lists them");
        let read: BTreeSet<&str> = read.split(", ").collect();
        let keys = SETTINGS.iter().map(|setting| setting.key).chain(SECTIONS.iter().map(|section| section.key));
        assert_eq!(keys.collect::<BTreeSet<_>>(), read);
        for meaning in crate::ui::theme::MEANINGS {
            assert!(template().contains(&format!("\n#{meaning} = ")), "{meaning}");
        }
    }
}
