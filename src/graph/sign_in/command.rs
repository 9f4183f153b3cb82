//! Gets a token from a command: the Azure CLI, a vault, anything.

use std::process::Stdio;
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt as _};
use tokio::process::Command;

use crate::call::reason;
use crate::graph::secrets::Secrets;
use crate::graph::token::Token;
use crate::model::envelope::brief;

/// How long a command may take. It may wait for a confirmation elsewhere.
const PATIENCE: Duration = Duration::from_secs(120);

/// Limit on a command's output, in bytes. Tokens have a few kilobytes.
const MOST_PRINTED: u64 = 1_000_000;

/// Runs a command in the system shell and reads a token from its output. An error quotes the command's own message,
/// never its output.
pub async fn run(command: &str, mut secrets: Secrets) -> Result<Token, String> {
    let mut shell = if cfg!(windows) { Command::new("cmd") } else { Command::new("sh") };
    let shell = shell.arg(if cfg!(windows) { "/C" } else { "-c" }).arg(command);
    let shell = shell.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).kill_on_drop(true);
    let mut child = shell.spawn().map_err(|error| format!("could not be started: {}", reason(&error)))?;
    let (stdout, stderr) = (child.stdout.take(), child.stderr.take());
    let ran = async {
        let (printed, complaint) = tokio::join!(read(stdout), read(stderr));
        // Do not wait for a command whose output never ends.
        if printed.is_none() || complaint.is_none() {
            let _ = child.start_kill();
        }
        Ok((printed, complaint, child.wait().await?))
    };
    let (printed, complaint, status) = match tokio::time::timeout(PATIENCE, ran).await {
        Ok(ran) => ran.map_err(|error: std::io::Error| format!("could not be waited for: {}", reason(&error)))?,
        Err(_) => return Err(format!("did not end within {} s", PATIENCE.as_secs())),
    };
    let (Some(printed), Some(complaint)) = (printed, complaint) else {
        return Err(format!("printed more than {} kB, too much for a token", MOST_PRINTED / 1000));
    };
    let token = token_in(&printed);
    if !status.success() {
        let words = printed.split(|letter: char| letter.is_whitespace() || "\"'{}[],".contains(letter));
        words.for_each(|word| secrets.add(word));
        token.iter().for_each(|token| token.teach(&mut secrets));
        let complaint = secrets.masked_text(&complaint);
        let last = complaint.lines().rev().find(|line| !line.trim().is_empty()).unwrap_or("no error message");
        return Err(format!("failed ({status}): {}", brief(last.trim())));
    }
    token.ok_or_else(|| "printed no token".to_owned())
}

/// Reads a command's output to its end; `None` if there is too much.
async fn read(pipe: Option<impl AsyncRead + Unpin>) -> Option<String> {
    let mut bytes = Vec::new();
    if let Some(pipe) = pipe {
        // Unreadable output counts as none.
        let _ = pipe.take(MOST_PRINTED + 1).read_to_end(&mut bytes).await;
    }
    (bytes.len() as u64 <= MOST_PRINTED).then(|| String::from_utf8_lossy(&bytes).into_owned())
}

/// Finds the token in a command's output: alone, or in a JSON object as `az account get-access-token` prints it.
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
        let error = run("echo s3cret; echo first >&2; echo 'please sign in' >&2; exit 3", Secrets::default())
            .await
            .expect_err("it fails");
        assert_eq!(error, "failed (exit status: 3): please sign in");
        assert_eq!(run("echo a b", Secrets::default()).await.expect_err("no token"), "printed no token");
        assert!(run("echo t-1", Secrets::default()).await.is_ok());
        let told = run(
            "echo eyJh.eyJi.c2ln; echo 'cannot use eyJh.eyJi.c2ln or eyJx.eyJy.eno' >&2; exit 1",
            Secrets::default(),
        )
        .await;
        assert_eq!(told.expect_err("it fails"), "failed (exit status: 1): cannot use ••• or •••");
        let endless = run("yes", Secrets::default()).await.expect_err("it has no end");
        assert_eq!(endless, "printed more than 1000 kB, too much for a token");
        let endless = run("yes >&2", Secrets::default()).await.expect_err("it has no end");
        assert_eq!(endless, "printed more than 1000 kB, too much for a token");
    }
}
