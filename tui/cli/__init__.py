"""The command line: `async def run(desk, args, stdin, stdout, stderr) -> int`."""
