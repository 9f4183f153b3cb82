//! Prints the rule sets with every threshold and its source, in the config file's format or as JSON.

use std::io::{self, Write as _};

use crate::cli::RulesFormat;
use crate::formats::json;
use crate::text::sanitize;
use crate::triage::rules::{JUDGED, Method};
use crate::triage::{RULES, RuleSet, RuleSets};

use super::{Basis, Exit, output};

/// Prints the rule sets.
pub fn rules(format: RulesFormat, basis: Basis) -> color_eyre::Result<Exit> {
    Ok(match format {
        RulesFormat::Text => output::print(Exit::Done, |out| print(basis.sets, basis.set, out)),
        RulesFormat::Json => {
            let text = json::rules(basis.sets, basis.set)?;
            output::print(Exit::Done, |out| writeln!(out, "{text}"))
        }
    })
}

fn print(sets: &RuleSets, default: usize, out: &mut impl io::Write) -> io::Result<()> {
    writeln!(out, "# Rule sets that judge streams; choose one with --rules or `judge-by` in the config file.")?;
    writeln!(out, "# Your own sets go in the config file in the same format. Default: {}.", sets.at(default).id)?;
    for set in sets.iter() {
        print_set(set, out)?;
    }
    writeln!(out, "\n# Findings beyond verdicts, each with the source of its threshold:")?;
    let longest = RULES.iter().map(|rule| rule.id.len()).max().unwrap_or(0);
    for rule in RULES {
        let looks_at = rule.check.to_string();
        writeln!(
            out,
            "#   {:longest$}  {:7}  {}: {looks_at} ({})",
            rule.id,
            rule.severity.name(),
            rule.title,
            rule.source
        )?;
    }
    Ok(())
}

fn print_set(set: &RuleSet, out: &mut impl io::Write) -> io::Result<()> {
    writeln!(out, "\n[rules.{}]", set.id)?;
    let texts = [
        ("title", Some(&set.title)),
        ("source", Some(&set.source)),
        ("caution", set.caution.as_ref()),
        ("not-judged", set.not_judged.as_ref()),
    ];
    for (key, text) in texts {
        if let Some(text) = text {
            // JSON quoting is valid TOML quoting.
            writeln!(out, "{key} = {}", serde_json::Value::from(sanitize(text)))?;
        }
    }
    for (name, kind) in JUDGED {
        let Some(classifier) = set.classifier(*kind) else { continue };
        writeln!(out, "\n[rules.{}.{name}]", set.id)?;
        if let Some(packets) = classifier.more_packets_than {
            writeln!(out, "packets-over = {packets}")?;
        }
        let method = match classifier.method {
            Method::Any => "poor-if-any",
            Method::FirstMeasured => "poor-by-first-measured",
        };
        writeln!(out, "{method} = [")?;
        for condition in &classifier.conditions {
            writeln!(out, "    \"{}\",", condition.words())?;
        }
        writeln!(out, "]")?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;

    #[test]
    fn what_is_printed_is_what_a_config_file_may_hold() {
        let mut out = Vec::new();
        print(RuleSets::built_in(), 0, &mut out).expect("memory takes everything");
        let text = String::from_utf8(out).expect("UTF-8");
        let own = text.replace("[rules.", "[rules.my-");
        let config = Config::read(&own).unwrap_or_else(|mistake| panic!("{mistake}:\n{own}"));
        assert_eq!(config.sets.count(), 6);
        for (built_in, own) in [(0, "my-cqd"), (1, "my-cqd-2020"), (2, "my-cri")] {
            let own = config.sets.at(config.sets.by_id(own).expect("it is there"));
            let built_in = config.sets.at(built_in);
            for (_, kind) in JUDGED {
                assert_eq!(own.classifier(*kind), built_in.classifier(*kind));
            }
        }
    }
}
