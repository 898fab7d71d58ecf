// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/save/atomicfile.h"

#include <QCoreApplication>

#include <cstdio>
#include <sched.h>
#include <string>
#include <sys/mount.h>
#include <unistd.h>

// What a test must not do in its own process:
//   atomicfile_child half FILE    write half of a replacement, say so, and wait to be killed
//   atomicfile_child full FOLDER  put a disk of 1 MB on FOLDER (seen by this process alone) and overfill it

namespace {
void say(const std::string &line)
{
    std::printf("%s\n", line.c_str());
    std::fflush(stdout);
}

int half(const QString &path)
{
    auto file = AtomicFile::create(path, AtomicFile::Existing::Replace, 2);
    if (!file || !(*file)->writeAt(0, std::as_bytes(std::span("x", 1))))
        return 1;
    say("half");
    ::pause();
    return 1;
}

/// A disk of its own needs root, or a kernel that lets users be root in a namespace.
bool mountSmallDisk(const QString &folder)
{
    const bool alone = ::unshare(CLONE_NEWNS) == 0 || ::unshare(CLONE_NEWUSER | CLONE_NEWNS) == 0;
    return alone && ::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0
        && ::mount("tmpfs", qPrintable(folder), "tmpfs", 0, "size=1m") == 0;
}

int full(const QString &folder)
{
    if (!mountSmallDisk(folder)) {
        say("no small disk here");
        return 0;
    }
    const QString path = folder + QStringLiteral("/out");
    // The look at the free space refuses what is known to be too much; a disk that fills meanwhile is found by writing.
    const auto tooMuch = AtomicFile::create(path, AtomicFile::Existing::Refuse, 2 << 20);
    say(tooMuch ? "accepted" : tooMuch.error().message.toStdString());
    auto file = AtomicFile::create(path, AtomicFile::Existing::Refuse, 1000);
    if (!file)
        return 1;
    const std::string data(2 << 20, 'x');
    const auto written = (*file)->writeAt(0, std::as_bytes(std::span(data)));
    say(written ? "written" : written.error().message.toStdString());
    say(written || written.error().kind == Error::Kind::OutOfSpace ? "out of space" : "another kind");
    return 0;
}
}

int main(int argc, char **argv)
{
    const QCoreApplication app(argc, argv);
    const QStringList arguments = app.arguments();
    if (arguments.size() != 3)
        return 2;
    return arguments[1] == QStringLiteral("half") ? half(arguments[2]) : full(arguments[2]);
}
