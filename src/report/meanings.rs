//! What every member of a record means, who measured it and what people notice of it, as one table. To explain
//! another member, add a row.
//!
//! Source of all rows: Microsoft Graph's schema of `microsoft.graph.callRecords` and its resource pages, and the
//! "Dimensions and measures available in Call Quality Dashboard" for what those leave open.

/// What a member means.
#[derive(Debug, PartialEq, Eq)]
pub struct Meaning {
    /// Graph's name of it.
    pub member: &'static str,
    /// What it is, as a sentence without its full stop.
    pub is: &'static str,
    /// Who tells it.
    pub witness: Witness,
    /// What people hear or see of it, where they do.
    pub noticed: &'static str,
}

/// Who tells a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Witness {
    /// The side that received the stream.
    Receiver,
    /// The client of the side that it stands under, about itself.
    Client,
    /// The relay, about how it saw the client.
    Relay,
    /// The service.
    Service,
    /// The person, asked after the call.
    Person,
}

impl Witness {
    /// In words.
    pub fn words(self) -> &'static str {
        match self {
            Witness::Receiver => "measured by the side that received the stream",
            Witness::Client => "told by the client of that side, about its own machine or network",
            Witness::Relay => "told by the relay, about how it saw the client",
            Witness::Service => "told by the service",
            Witness::Person => "answered by the person after the call",
        }
    }
}

/// What is said of a member.
pub fn of(member: &str) -> Option<&'static Meaning> {
    MEANINGS.iter().find(|meaning| meaning.member == member)
}

const fn row(member: &'static str, is: &'static str, witness: Witness, noticed: &'static str) -> Meaning {
    Meaning { member, is, witness, noticed }
}

use Witness::{Client, Person, Receiver, Relay, Service};

/// The table.
pub const MEANINGS: &[Meaning] = &[
    // Streams.
    row(
        "streamId",
        "the stream's number; only unique together with its call, session, medium and direction",
        Service,
        "",
    ),
    row("streamDirection", "who sent the stream to whom: callerToCallee or calleeToCaller", Service, ""),
    row("audioCodec", "the codec that voice was sent with", Receiver, ""),
    row("videoCodec", "the codec that video was sent with; H264S is a screen that a client sends", Receiver, ""),
    row(
        "packetUtilization",
        "how many packets the stream had, in spite of its name; verdicts need enough of them",
        Receiver,
        "few packets mean a muted microphone, a short call or a stream that never flowed",
    ),
    row(
        "averagePacketLossRate",
        "the share of packets that never arrived, over the whole stream",
        Receiver,
        "gaps, missing syllables, a robot's voice; from some percent on even where concealment helps",
    ),
    row(
        "maxPacketLossRate",
        "the worst share of lost packets in any of the windows that were looked at",
        Receiver,
        "a moment of gaps, even where the average is small",
    ),
    row(
        "averageJitter",
        "how unevenly packets arrived (RFC 3550), over the whole stream",
        Receiver,
        "more delay, and a choppy voice once the buffer runs empty",
    ),
    row(
        "maxJitter",
        "the worst unevenness in any of the windows that were looked at",
        Receiver,
        "a moment of choppy voice",
    ),
    row(
        "averageRoundTripTime",
        "there and back between the two ends of the stream (RTCP), over the whole stream",
        Receiver,
        "people talk over one another; from some 300 ms on a talk feels like a radio",
    ),
    row("maxRoundTripTime", "the longest way there and back", Receiver, "a moment of talking over one another"),
    row(
        "averageAudioNetworkJitter",
        "the mean unevenness over windows of 20 seconds, for voice alone: another figure than averageJitter",
        Receiver,
        "choppy voice where it is large over minutes",
    ),
    row("maxAudioNetworkJitter", "the worst of those 20-second windows", Receiver, "a stretch of choppy voice"),
    row(
        "averageAudioDegradation",
        "points of mean opinion score, of 5, that loss and jitter cost the voice: 0 is none",
        Receiver,
        "from about 1 on people say that the line is bad",
    ),
    row(
        "averageRatioOfConcealedSamples",
        "the share of voice that was made up by the receiver, because packets were missing or late",
        Receiver,
        "metallic, stretched or robot-like voice",
    ),
    row("maxRatioOfConcealedSamples", "the worst share of made-up voice", Receiver, "a moment of robot-like voice"),
    row(
        "averageBandwidthEstimate",
        "what the end believed that it could send or receive, in bits per second",
        Receiver,
        "pictures shrink or blur when it falls",
    ),
    row(
        "averageVideoFrameLossPercentage",
        "the share of pictures that were lost as the user saw them, in percent",
        Receiver,
        "video stutters or stands still",
    ),
    row(
        "averageVideoFrameRate",
        "pictures in a second of this one video, over the session",
        Receiver,
        "below 7 it is a slide show",
    ),
    row(
        "averageReceivedFrameRate",
        "pictures in a second over all videos that were received",
        Receiver,
        "below 7 it is a slide show",
    ),
    row(
        "lowFrameRateRatio",
        "the share of the call with fewer than 7.5 pictures in a second",
        Receiver,
        "so much of the call was a slide show",
    ),
    row(
        "averageVideoPacketLossRate",
        "the share of video packets that never arrived (RFC 3550)",
        Receiver,
        "blocks, blur and freezes",
    ),
    row(
        "postForwardErrorCorrectionPacketLossRate",
        "the share of video packets that were missing even after forward error correction had mended what it could",
        Receiver,
        "blocks, blur and freezes",
    ),
    row(
        "lowVideoProcessingCapabilityRatio",
        "the share of the call in which the client had less than 70 % of the video processing it needed",
        Client,
        "small, slow pictures on a machine that is too busy",
    ),
    row("averageFreezeDuration", "how long received video stood still, on average", Receiver, "frozen faces"),
    row(
        "rmsFreezeDuration",
        "the same as root mean square, in which long freezes count more",
        Receiver,
        "long freezes",
    ),
    row(
        "isAudioForwardErrorCorrectionUsed",
        "voice was sent with spare data against loss at some time",
        Receiver,
        "nothing by itself: it says that somebody expected or saw loss",
    ),
    row(
        "wasMediaBypassed",
        "media went straight to the telephone gateway, not through the mediation server",
        Service,
        "",
    ),
    // Networks.
    row("connectionType", "the kind of link the client used: wired, wifi, mobile, tunnel (a VPN)", Client, ""),
    row(
        "networkTransportProtocol",
        "what media was carried over: udp, or tcp where udp was blocked",
        Client,
        "over tcp every lost packet becomes a delay",
    ),
    row("ipAddress", "the address of the machine itself, inside of its network", Client, ""),
    row("port", "the port that media was sent from", Client, ""),
    row("subnet", "the network that the address belongs to; the length of its prefix is not always told", Client, ""),
    row("reflexiveIPAddress", "the public address behind which the machine was", Relay, ""),
    row("relayIPAddress", "the relay that was given to the client; it need not have been used", Client, ""),
    row("relayPort", "the relay's port", Client, ""),
    row("macAddress", "the hardware address of the network adapter; often hidden", Client, ""),
    row("dnsSuffix", "the DNS suffix of the network adapter", Client, ""),
    row("linkSpeed", "what the adapter says that its link can do, in bits per second; not what it got", Client, ""),
    row(
        "sentQualityEventRatio",
        "the share of the call in which the network hurt what this side sent",
        Client,
        "the others heard this side badly for so much of the call",
    ),
    row(
        "receivedQualityEventRatio",
        "the share of the call in which the network hurt what this side received",
        Client,
        "this side heard the others badly for so much of the call",
    ),
    row(
        "delayEventRatio",
        "the share of the call in which delay was bad enough to hinder talking both ways",
        Client,
        "people talk over one another",
    ),
    row(
        "bandwidthLowEventRatio",
        "the share of the call in which bandwidth, or a policy for it, was low enough to hurt the voice that was sent",
        Client,
        "muffled or broken voice at the others",
    ),
    row(
        "basicServiceSetIdentifier",
        "the Wi-Fi access point; missing where the user did not share the location",
        Client,
        "",
    ),
    row("wifiBand", "the Wi-Fi band; on 2.4 GHz neighbours and microwave ovens disturb", Client, ""),
    row("wifiChannel", "the Wi-Fi channel", Client, ""),
    row("wifiRadioType", "the generation of Wi-Fi", Client, ""),
    row(
        "wifiSignalStrength",
        "the strength of the Wi-Fi signal in percent, not dBm",
        Client,
        "a weak signal loses packets, above all while somebody walks",
    ),
    row(
        "wifiBatteryCharge",
        "the battery's charge in percent; 0 may mean that it is on mains",
        Client,
        "machines that save power save on Wi-Fi",
    ),
    row("wifiMicrosoftDriver", "the name of Microsoft's Wi-Fi driver; in the machine's language", Client, ""),
    row("wifiMicrosoftDriverVersion", "the version of Microsoft's Wi-Fi driver", Client, ""),
    row("wifiVendorDriver", "the name of the maker's Wi-Fi driver; in the machine's language", Client, ""),
    row(
        "wifiVendorDriverVersion",
        "the version of the maker's Wi-Fi driver: an old one is a common cause of loss",
        Client,
        "",
    ),
    row(
        "traceRouteHops",
        "the way into the network hop by hop; only where Microsoft's support switched it on",
        Client,
        "",
    ),
    row("hopCount", "the hop's place on the way", Client, ""),
    row("roundTripTime", "from the client to the hop and back", Client, ""),
    // Devices.
    row("captureDeviceName", "the microphone; for video the camera, for sharing what reads the screen", Client, ""),
    row("captureDeviceDriver", "the driver of that device, as maker and version", Client, ""),
    row("renderDeviceName", "the loudspeaker or headset; for video and sharing the screen", Client, ""),
    row("renderDeviceDriver", "the driver of that device, as maker and version", Client, ""),
    row(
        "captureNotFunctioningEventRatio",
        "the share of the call in which the microphone did not work",
        Client,
        "the others heard nothing of this side",
    ),
    row(
        "renderNotFunctioningEventRatio",
        "the share of the call in which the loudspeaker did not work",
        Client,
        "this side heard nothing",
    ),
    row(
        "renderMuteEventRatio",
        "the share of the call in which the loudspeaker was muted",
        Client,
        "this side heard nothing",
    ),
    row(
        "renderZeroVolumeEventRatio",
        "the share of the call in which the volume was at zero",
        Client,
        "this side heard nothing",
    ),
    row(
        "deviceGlitchEventRatio",
        "the share of the call with gaps or glitches in what the device played or recorded",
        Client,
        "clicks and gaps that no network made",
    ),
    row(
        "deviceClippingEventRatio",
        "the share of the call in which the recorded voice was too loud for the device",
        Client,
        "a distorted voice at the others",
    ),
    row("micGlitchRate", "glitches of the microphone in five minutes", Client, "clicks and gaps at the others"),
    row("speakerGlitchRate", "glitches of the loudspeaker in five minutes", Client, "clicks and gaps at this side"),
    row("howlingEventCount", "how often acoustic feedback was noticed", Client, "howling, echo"),
    row(
        "lowSpeechLevelEventRatio",
        "the share of the call in which the recorded voice was too quiet",
        Client,
        "the others could hardly hear this side",
    ),
    row(
        "lowSpeechToNoiseEventRatio",
        "the share of the call in which voice hardly stood out from noise",
        Client,
        "the others heard noise",
    ),
    row(
        "cpuInsufficentEventRatio",
        "the share of the call in which the processor was too slow for voice (misspelt so by Graph)",
        Client,
        "broken voice both ways that no network made",
    ),
    row("sentSignalLevel", "how loud the voice that was sent was, in dB below full scale", Client, ""),
    row(
        "sentNoiseLevel",
        "how loud the noise that was sent was, in dB below full scale",
        Client,
        "noise at the others",
    ),
    row("receivedSignalLevel", "how loud the voice that was received was, in dB below full scale", Client, ""),
    row(
        "receivedNoiseLevel",
        "how loud the noise that was received was, in dB below full scale",
        Client,
        "noise at this side",
    ),
    row("initialSignalLevelRootMeanSquare", "how loud the first 30 seconds were, as a linear level", Client, ""),
    // Endpoints and people.
    row("name", "the machine's name, which its user chose", Client, ""),
    row("cpuName", "the processor", Client, ""),
    row("cpuCoresCount", "how many cores it has", Client, ""),
    row("cpuProcessorSpeedInMhz", "how fast it is, in MHz", Client, ""),
    row("headerValue", "how the client or service named itself, in full", Client, ""),
    row("applicationVersion", "the version of the client or service", Client, ""),
    row("platform", "the system that the client ran on", Client, ""),
    row("productFamily", "the product: teams, skypeForBusiness, azureCommunicationServices …", Client, ""),
    row(
        "communicationServiceId",
        "the resource of Azure Communication Services, for clients of third parties",
        Service,
        "",
    ),
    row("azureADAppId", "the application's id in Entra, for clients of third parties", Service, ""),
    row("role", "what kind of service answered", Service, ""),
    row("userAgent", "how the client or service named itself", Client, ""),
    row("associatedIdentity", "the person at this end", Service, ""),
    row("identity", "the person at this end; no longer filled since 2026-06-30", Service, ""),
    row("displayName", "the name that is shown; often left out, and then it stands in the call's record", Service, ""),
    row("tenantId", "the tenant that the person belongs to", Service, ""),
    row("userPrincipalName", "the person's account", Service, ""),
    row("email", "the address of a guest", Service, ""),
    row("applicationType", "what kind of application it is", Service, ""),
    row("hidden", "the application is not shown among the participants", Service, ""),
    row("azureCommunicationServicesResourceId", "the resource of Azure Communication Services", Service, ""),
    row("registrantId", "the registration of somebody who came to a webinar", Service, ""),
    row("rating", "how the person rated the call: 1 bad, 2 poor, 3 fair, 4 good, 5 excellent, as words", Person, ""),
    row("text", "what the person wrote about the call", Person, ""),
    row("tokens", "what the person ticked about the call; the names may change", Person, ""),
    row("feedback", "what the person said of the call afterwards", Person, ""),
    // Records, sessions, segments, media.
    row("id", "the key, unique among its siblings only: a session and its segment can have the same", Service, ""),
    row("version", "grows with each revision of the record, as clients report late; the highest counts", Service, ""),
    row("type", "groupCall or peerToPeer", Service, ""),
    row("modalities", "the kinds of media that were used", Service, ""),
    row("startDateTime", "when it began, in UTC; of streams only where SIP is used", Service, ""),
    row("endDateTime", "when it ended, in UTC; of streams only where SIP is used", Service, ""),
    row("lastModifiedDateTime", "when this version of the record was made, in UTC", Service, ""),
    row("joinWebUrl", "the link for joining the meeting", Service, ""),
    row("organizer_v2", "who organised the meeting or began the call", Service, ""),
    row("participants_v2", "everybody who was in the call", Service, ""),
    row("organizer", "who organised the meeting; no longer filled since 2026-06-30", Service, ""),
    row("participants", "who was in the call, 130 at most; no longer filled since 2026-06-30", Service, ""),
    row("administrativeUnitInfos", "the units of the directory that the person belongs to", Service, ""),
    row("isTest", "it was a test call of Teams, with a robot at the other end", Service, ""),
    row("failureInfo", "why it failed; null when it did not", Service, ""),
    row(
        "stage",
        "when it failed: callSetup, or midcall after it had begun",
        Service,
        "callSetup: nobody ever heard anything; midcall: the call broke off",
    ),
    row("reason", "why it failed, in words of no published list; can be empty", Service, ""),
    row("caller", "the end that began the session; in a meeting the participant", Service, ""),
    row("callee", "the end that answered; in a meeting the service", Service, ""),
    row("segments", "the parts of the session; calls through the telephone network have several", Service, ""),
    row("media", "the media of the segment", Service, ""),
    row(
        "label",
        "the name that the medium had when it was agreed on: main-audio, main-video, applicationsharing-video",
        Service,
        "",
    ),
    row("callerNetwork", "the caller's network for this medium", Client, ""),
    row("calleeNetwork", "the callee's network for this medium", Client, ""),
    row("callerDevice", "the caller's device for this medium", Client, ""),
    row("calleeDevice", "the callee's device for this medium", Client, ""),
    row("streams", "the directions of the medium", Service, ""),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metrics::METRICS;
    use crate::model::types::{
        AdministrativeUnitInfo, CallRecord, DeviceInfo, Endpoint, FailureInfo, Identity, Media, MediaStream,
        NetworkInfo, Participant, Segment, TraceRouteHop, UserAgent, UserFeedback,
    };
    use crate::model::{Record, Session};

    #[test]
    fn every_member_of_every_record_is_explained_once() {
        let records: [&dyn Record; 15] = [
            &CallRecord::default(),
            &Session::default(),
            &Segment::default(),
            &Media::default(),
            &MediaStream::default(),
            &NetworkInfo::default(),
            &TraceRouteHop::default(),
            &DeviceInfo::default(),
            &Endpoint::default(),
            &UserAgent::default(),
            &UserFeedback::default(),
            &FailureInfo::default(),
            &Identity::default(),
            &Participant::default(),
            &AdministrativeUnitInfo::default(),
        ];
        let mut known = Vec::new();
        for record in records {
            record.members(&mut |member, _| {
                if !member.starts_with('@') {
                    assert!(of(member).is_some(), "{member} is not explained");
                    known.push(member.to_owned());
                }
            });
        }
        for meaning in MEANINGS {
            assert!(known.iter().any(|member| member == meaning.member), "{} is no member", meaning.member);
            assert_eq!(MEANINGS.iter().filter(|other| other.member == meaning.member).count(), 1, "{}", meaning.member);
        }
    }

    #[test]
    fn every_metric_that_gets_worse_says_what_people_notice_or_that_it_is_about_a_link() {
        for metric in METRICS {
            let meaning = of(metric.id).expect("it is explained");
            let says = metric.worse == crate::metrics::Worse::Neither || metric.id == "linkSpeed";
            assert!(says || !meaning.noticed.is_empty(), "{}", metric.id);
        }
    }
}
