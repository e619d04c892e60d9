"""A driver whose terminal is an emulator in the same process."""

import pyte
from textual.driver import Driver
from textual.events import Resize
from textual.geometry import Size


class Emulated(Driver):
    """Feeds the emulator what is written, and forgets at a resize what it showed."""

    screen_class = pyte.Screen

    def __init__(self, app, *, debug=False, mouse=False, size=None):
        super().__init__(app, debug=debug, mouse=mouse, size=size)
        self.screen = self.screen_class(*size)
        self.stream = pyte.Stream(self.screen)
        self.writes: list[str] = []
        # The resize of which the App has not heard yet: until then rubbish is shown.
        self.lost: Resize | None = None

    def write(self, data):
        if data.startswith("\x1b]"):
            return  # the driver of the door leaves these out
        self.writes.append(data)
        self.stream.feed(data)

    def send_message(self, message):
        self._app.post_message(message)

    def resize(self, width, height):
        self.lost = Resize(Size(width, height), Size(width, height))
        self.screen.resize(height, width)
        self.stream.feed("\x1b[H\x1b[31mgarbage that the window made of its contents\x1b[m")
        self.send_message(self.lost)

    def start_application_mode(self):
        pass

    def disable_input(self):
        pass

    def stop_application_mode(self):
        pass
