//! Synthetic sessions for the tests. People, IDs and addresses are invented.

use serde_json::{Value, json};

/// The ID of the test call.
pub const CALL: &str = "0c0ffee0-0000-4000-8000-000000000001";

/// Returns a session between a person and the service, with one audio stream in each direction.
pub fn session(number: usize, name: &str, loss: f64) -> Value {
    let id = format!("0c0ffee0-0000-4000-8000-{number:012x}");
    let stream = |direction: &str, loss: f64| {
        json!({
            "streamId": "7", "streamDirection": direction, "packetUtilization": 4200,
            "averagePacketLossRate": loss, "maxPacketLossRate": loss * 2.0, "averageJitter": "PT0.008S",
            "averageRoundTripTime": "PT0.05S", "averageAudioDegradation": null,
        })
    };
    let caller = json!({
        "@odata.type": "#microsoft.graph.callRecords.participantEndpoint",
        "userAgent": { "platform": "windows", "productFamily": "teams" },
        "associatedIdentity": { "id": format!("user-{number}"), "displayName": name },
    });
    let callee = json!({ "@odata.type": "#microsoft.graph.callRecords.serviceEndpoint" });
    let (start, end) = ("2026-11-20T09:00:00.25Z", "2026-11-20T09:20:00.25Z");
    json!({
        "id": id, "modalities": ["audio"], "startDateTime": start, "endDateTime": end, "isTest": false,
        "caller": caller, "callee": callee,
        "segments": [{
            "id": id, "startDateTime": start, "endDateTime": end, "caller": caller, "callee": callee,
            "media": [{
                "label": "main-audio",
                "callerNetwork": { "connectionType": "wifi", "ipAddress": "192.0.2.7", "linkSpeed": 4294967295u64 },
                "calleeNetwork": { "connectionType": "wired" },
                "callerDevice": null,
                "streams": [stream("callerToCallee", loss), stream("calleeToCaller", 0.0)],
            }],
        }],
    })
}

/// Returns a page of sessions of the test call, in the service's format.
pub fn page(sessions: &[Value], link: Option<&str>) -> Value {
    let context =
        format!("https://graph.microsoft.com/v1.0/$metadata#communications/callRecords('{CALL}')/sessions(segments())");
    let mut page = json!({ "@odata.context": context, "value": sessions });
    if let Some(link) = link {
        page["@odata.nextLink"] = json!(link);
    }
    page
}

/// Returns a small call: one poor session and two good ones.
pub fn small_call() -> Value {
    page(&[session(1, "Greta Quist", 0.01), session(2, "Dario Lima", 0.2), session(3, "山田 さくら", 0.0)], None)
}

/// Returns a call of two people in the format of the documentation's example: a repeated member, annotations on only
/// some identities, a rating, placeholders, and a link with its address after a `#`.
pub fn documentation_shape(with_segments: bool) -> String {
    let party = |id: &str, name: &str, machine: &str, platform: &str, annotation: &str| {
        format!(
            r##"{{"@odata.type":"#microsoft.graph.callRecords.participantEndpoint","name":"{machine}","userAgent":{{"@odata.type":"#microsoft.graph.callRecords.clientUserAgent","headerValue":"ExampleClient/1.0","platform":"{platform}","productFamily":"skypeForBusiness"}},"identity":{{{annotation}"user":{{"id":"{id}","displayName":"{name}","tenantId":"t"}}}}}}"##
        )
    };
    let annotation = r##""@odata.type":"#microsoft.graph.identitySet","##;
    let caller = party("user-a", "Mira Achterberg", "PHONE-01", "android", annotation);
    let callee = party("user-b", "Odile Fontaine", "DESK-02", "windows", "");
    let twice = callee.replacen('{', r##"{"@odata.type":"#microsoft.graph.callRecords.participantEndpoint","##, 1);
    let rated = callee.replacen('{', r#"{"feedback":{"rating":"poor","tokens":{"Noisy":true,"Echo":false}},"#, 1);
    let (start, end) = ("2026-11-19T18:22:21.2169889Z", "2026-11-19T18:22:46.7640013Z");
    let stream = |direction: &str, packets: u32, jitter: &str| {
        format!(
            r#"{{"streamId":"1","streamDirection":"{direction}","averageAudioDegradation":null,"averageJitter":"{jitter}","averagePacketLossRate":0.0138,"averageRoundTripTime":"PT0.064S","packetUtilization":{packets},"wasMediaBypassed":false}}"#
        )
    };
    let media = format!(
        r#"{{"label":"main-audio","callerNetwork":{{"ipAddress":"192.0.2.2","linkSpeed":54000000,"connectionType":"wifi","macAddress":"00-00-00-00-00-00","dnsSuffix":null,"receivedQualityEventRatio":0.27}},"calleeNetwork":{{"linkSpeed":4294967295,"connectionType":"wired","sentQualityEventRatio":0.31}},"streams":[{},{}]}}"#,
        stream("callerToCallee", 67, "PT0.016S"),
        stream("calleeToCaller", 709, "PT0.007S"),
    );
    let segments = match with_segments {
        true => format!(
            r#","segments":[{{"startDateTime":"{start}","endDateTime":"{end}","id":"{CALL}","caller":{caller},"callee":{twice},"media":[{media}]}}]"#
        ),
        false => String::new(),
    };
    let expand = if with_segments { "$expand=segments&" } else { "" };
    format!(
        r#"{{
    "@odata.context": "https://graph.microsoft.com/beta/$metadata#communications/callRecords('{CALL}')/sessions",
    "value": [
        {{"id":"{CALL}","modalities":["audio"],"startDateTime":"{start}","endDateTime":"{end}","isTest":false,"caller":{caller},"callee":{rated}{segments}}}
    ],
    "@odata.nextLink": "https://graph.microsoft.com/beta/$metadata#communications/callRecords('{CALL}')/sessions?{expand}$skiptoken=abc"
}}
"#
    )
}
