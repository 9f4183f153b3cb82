//! A command that prints a token: the Azure CLI, a vault, anything.

use std::process::Stdio;
use std::time::Duration;

use tokio::process::Command;

use crate::call::reason;
use crate::graph::token::Token;

/// How long a command may take. It may wait for somebody elsewhere to confirm.
const PATIENCE: Duration = Duration::from_secs(120);

/// Runs a command in the system's shell and reads a token from what it prints. An error is what it says of itself, and
/// never what it printed.
pub async fn run(command: &str) -> Result<Token, String> {
    let mut shell = if cfg!(windows) { Command::new("cmd") } else { Command::new("sh") };
    let shell = shell.arg(if cfg!(windows) { "/C" } else { "-c" }).arg(command);
    let shell = shell.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).kill_on_drop(true);
    let output = match tokio::time::timeout(PATIENCE, shell.output()).await {
        Ok(output) => output.map_err(|error| format!("could not be started: {}", reason(&error)))?,
        Err(_) => return Err(format!("did not end within {} s", PATIENCE.as_secs())),
    };
    if !output.status.success() {
        let complaint = String::from_utf8_lossy(&output.stderr);
        let last = complaint.lines().rev().find(|line| !line.trim().is_empty()).unwrap_or("and said nothing");
        return Err(format!("failed ({}): {}", output.status, last.trim()));
    }
    token_in(&String::from_utf8_lossy(&output.stdout)).ok_or_else(|| "printed no token".to_owned())
}

/// The token in what a command printed: alone, or in a JSON object as `az account get-access-token` prints it.
fn token_in(text: &str) -> Option<Token> {
    let object: Option<serde_json::Map<String, serde_json::Value>> = serde_json::from_str(text).ok();
    if let Some(object) = object {
        let names = ["accessToken", "access_token", "token"];
        return names.iter().find_map(|name| Token::new(object.get(*name)?.as_str()?));
    }
    Token::new(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_printed_alone_or_in_an_object() {
        for text in ["t-1\n", "Bearer t-1", r#"{"accessToken":"t-1","expiresOn":"x"}"#, r#"{"access_token":"t-1"}"#] {
            assert!(token_in(text).is_some_and(|token| token.is(&Token::new("t-1").expect("a token"))), "{text}");
        }
        for text in ["", "not signed in", "{}", "t-1\nt-2"] {
            assert!(token_in(text).is_none(), "{text}");
        }
    }

    #[cfg(unix)]
    #[tokio::test]
    async fn a_command_that_fails_is_told_by_its_last_words_and_not_by_what_it_printed() {
        let error = run("echo s3cret; echo first >&2; echo 'please sign in' >&2; exit 3").await.expect_err("it fails");
        assert_eq!(error, "failed (exit status: 3): please sign in");
        assert_eq!(run("echo a b").await.expect_err("no token"), "printed no token");
        assert!(run("echo t-1").await.is_ok());
    }
}
