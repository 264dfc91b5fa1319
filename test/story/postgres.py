# SPDX-License-Identifier: Apache-2.0
"""A private PostgreSQL server in a temporary folder, of the Debian package the set-up installs.

PostgreSQL refuses to run as root; then the package's own user runs it.
"""

import os
import pathlib
import pwd
import shutil
import socket
import subprocess
import tempfile

import pytest

USER = "shop"
PASSWORD = "p'w $d\" 1"
DATABASE = "shop"
START_LIMIT_S = 60


def binaries():
    """The folder of initdb and pg_ctl; Debian keeps them off the PATH."""
    folders = sorted(pathlib.Path("/usr/lib/postgresql").glob("*/bin"))
    if folders:
        return folders[-1]
    found = shutil.which("initdb")
    return pathlib.Path(found).parent if found else None


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Postgres:
    def __init__(self, bin_folder):
        self.bin = bin_folder
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="laguna-postgres-"))
        self.port = free_port()
        self.owner = {}
        if os.geteuid() == 0:
            user = pwd.getpwnam("postgres")
            os.chown(self.folder, user.pw_uid, user.pw_gid)
            self.owner = {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
        password_file = self.folder / "password"
        password_file.write_text(PASSWORD + "\n")
        password_file.chmod(0o644)
        self._run("initdb", "-D", "data", "-U", USER, "-A", "scram-sha-256", "--pwfile=password")
        self.start()
        self.sql(f'CREATE DATABASE "{DATABASE}"', database="postgres")

    def _run(self, program, *arguments, **more):
        done = subprocess.run(
            [str(self.bin / program), *arguments],
            cwd=self.folder,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=START_LIMIT_S,
            **self.owner,
            **more,
        )
        assert done.returncode == 0, f"{program}: {done.stdout}"
        return done.stdout

    def _control(self, *arguments):
        # pg_ctl's server keeps its output open, so it must not be a pipe.
        subprocess.run(
            [str(self.bin / "pg_ctl"), "-D", "data", "-w", "-l", "log", *arguments],
            cwd=self.folder,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=START_LIMIT_S,
            check=True,
            **self.owner,
        )

    def start(self):
        options = f"-p {self.port} -k {self.folder} -c listen_addresses=127.0.0.1 -c fsync=off"
        self._control("-o", options, "start")

    def stop(self):
        self._control("-m", "immediate", "stop")

    def sql(self, text, database=DATABASE):
        """Runs statements; gives what psql prints, unaligned and without headers."""
        environment = {**os.environ, "PGPASSWORD": PASSWORD, "HOME": str(self.folder)}
        command = ["-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-c", text]
        where = ["-h", "127.0.0.1", "-p", str(self.port), "-U", USER, "-d", database]
        return self._run("psql", *where, *command, env=environment)

    def block(self, lake, name="shop"):
        """Writes the block's file; gives the environment its secret is in."""
        (lake.folder / "blocks").mkdir(exist_ok=True)
        (lake.folder / "blocks" / f"{name}.yaml").write_text(
            f"type: postgres\nhost: 127.0.0.1\nport: {self.port}\ndatabase: {DATABASE}\n"
            f"user: {USER}\npassword: {{secret: SHOP_PASSWORD}}\nsslmode: disable\n"
        )
        return {"LAGUNA_SECRET_SHOP_PASSWORD": PASSWORD}

    def remove(self):
        try:
            self.stop()
        except subprocess.SubprocessError:
            pass  # stopped by the test
        shutil.rmtree(self.folder, ignore_errors=True)


@pytest.fixture(scope="module")
def postgres():
    """One server for all tests of a module; they make tables of their own."""
    folder = binaries()
    if folder is None and not os.environ.get("CI"):
        pytest.skip("PostgreSQL is not installed; `scripts/setup test` does it")
    assert folder is not None, "PostgreSQL is not installed"
    server = Postgres(folder)
    yield server
    server.remove()
