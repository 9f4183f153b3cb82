#!/usr/bin/env python3
"""Shows what callscope is like on a slow line: how long after a key the whole frame is there.

    scripts/slow_line.py [--bits 9600] [--round-trip 0.2] [--no-repeats] target/release/callscope demo meeting

The program runs in a 120x40 pseudo-terminal whose output passes at so many bits a second, ten to a byte, and takes half
of the round trip each way. Keys that are held down (30 a second, for three seconds) are measured twice: on a line that
holds the program up when it is full, as a serial line does, and on one that takes everything at once and delivers it
later, as an SSH server and the network do. --no-repeats is a terminal that cannot repeat a character.
"""
import argparse
import collections
import fcntl
import os
import pty
import select
import struct
import termios
import time

DOWN = "\x1b[B"
STEPS = [("a move", DOWN, 5), ("a page", "\x1b[6~", 3), ("people", "3", 1), ("findings", "4", 1), ("timeline", "2", 1),
         ("sessions", "1", 1), ("help", "?", 1), ("back", "\x1b", 1)]
# A frame is whole when nothing is under way, and nothing came for this long: a key's work is done by then.
QUIET = 0.5


class Line:
    """The program at the far end of a line."""

    def __init__(self, command, bits, round_trip, repeats, holds_up):
        self.rate, self.way, self.repeats, self.holds_up = bits / 10, round_trip / 2, repeats, holds_up
        self.pid, self.tty = pty.fork()
        if self.pid == 0:
            os.environ.update(TERM="xterm-256color", CALLSCOPE_STATE="", CALLSCOPE_CONFIG="", LANG="C.UTF-8",
                              SSH_CONNECTION="192.0.2.1 50000 192.0.2.2 22")
            os.environ.pop("COLORFGBG", None)
            os.execv(command[0], command)
        fcntl.ioctl(self.tty, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 120, 0, 0))
        self.waiting, self.sent, self.asked = bytearray(), collections.deque(), 0
        self.free, self.last, self.bytes, self.tail = time.time(), None, 0, b""

    def send(self, keys):
        self.sent.append((time.time() + self.way, keys.encode()))

    def step(self):
        """Lets time pass: keys arrive at the program, and its output at the terminal."""
        now = time.time()
        while self.sent and self.sent[0][0] <= now:
            os.write(self.tty, self.sent.popleft()[1])
        # A serial line takes more only as it is passed on.
        if (not self.holds_up or len(self.waiting) < 64) and select.select([self.tty], [], [], 0.001)[0]:
            self.waiting += os.read(self.tty, 64 if self.holds_up else 65536)
        else:
            time.sleep(0.001)
        passed = min(len(self.waiting), int((now - self.free) * self.rate))
        if not self.waiting:
            self.free = now
        elif passed:
            self.free += passed / self.rate
            self.answer(bytes(self.waiting[:passed]))
            del self.waiting[:passed]
            self.bytes += passed
            self.last = now + self.way

    def answer(self, piece):
        """Answers what the terminal is asked, a round trip later."""
        text = self.tail + piece
        for question, answer in ((b"\x1b]10;?", "\x1b]10;rgb:ffff/ffff/ffff\x1b\\"), (b"\x1b]11;?", "\x1b]11;rgb:0000/0000/0000\x1b\\"),
                                 (b"\x1b[c", "\x1b[?62;22c"), (b"\x1b[6n", None)):
            for _ in range(text.count(question) - self.tail.count(question)):
                if answer is None:
                    self.asked += 1
                    answer = "\x1b[1;%dR" % (5 if self.repeats and self.asked == 1 else 2)
                self.sent.append((time.time() + 2 * self.way, answer.encode()))
        self.tail = text[-8:]

    def whole(self, since, quiet=QUIET):
        """Waits until the frame is whole; returns the seconds since a moment, and the bytes."""
        before, self.last = self.bytes, None
        until = time.time() + quiet + 4 * self.way
        while self.waiting or self.sent or time.time() < max(until, (self.last or 0) + quiet):
            self.step()
        return (self.last - since if self.last else float("nan")), self.bytes - before

    def hold(self, key, seconds=3.0, each=1 / 30):
        """Holds a key down; returns the seconds from its release until the last frame is whole, and the bytes."""
        start, pressed, before = time.time(), 0, self.bytes
        while time.time() < start + seconds:
            if time.time() >= start + pressed * each:
                self.send(key)
                pressed += 1
            self.step()
        released, sent = time.time(), self.bytes - before
        took, rest = self.whole(released)
        return took, sent + rest

    def end(self):
        os.write(self.tty, b"\x03")
        time.sleep(0.3)
        os.close(self.tty)
        os.waitpid(self.pid, 0)


def median(values):
    return sorted(values)[len(values) // 2]


def measure(command, bits, round_trip, repeats):
    print(f"{bits:,} bit/s, {round_trip * 1000:.0f} ms round trip")
    for holds_up in (False, True):
        start = time.time()
        line = Line(command, bits, round_trip, repeats, holds_up)
        if not holds_up:
            took, size = line.whole(start, 2.0)
            print(f"  {'first frame, all loaded':26}{took:8.2f} s{size:8} B")
            for name, keys, times in STEPS:
                all = []
                for _ in range(times):
                    pressed = time.time()
                    line.send(keys)
                    all.append(line.whole(pressed))
                print(f"  {name:26}{median([took for took, _ in all]):8.2f} s{median([size for _, size in all]):8} B")
        else:
            line.whole(start, 2.0)
        took, size = line.hold(DOWN)
        name = "after a held key, " + ("serial" if holds_up else "network")
        print(f"  {name:26}{took:8.2f} s{size:8} B")
        line.end()


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--bits", type=int, action="append", help="bits a second (9600 and 115200)")
    parser.add_argument("--round-trip", type=float, default=0.2, help="seconds")
    parser.add_argument("--no-repeats", action="store_true", help="the terminal cannot repeat a character")
    parser.add_argument("command", nargs=argparse.REMAINDER)
    wanted = parser.parse_args()
    for bits in wanted.bits or [9600, 115200]:
        measure(wanted.command, bits, wanted.round_trip, not wanted.no_repeats)


if __name__ == "__main__":
    main()
