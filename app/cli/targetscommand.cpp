// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/commands.h"
#include "app/cli/glob.h"
#include "model/base/text.h"
#include "model/formats/formats.h"

#include <QFileInfo>
#include <QSaveFile>

namespace {
using namespace Qt::StringLiterals;

Result<void> writeText(const QString &path, std::string_view text, bool force)
{
    if (!force && QFileInfo::exists(path)) {
        return Error{Error::Kind::Unwritable,
                     u"“%1” exists already; --force replaces it."_s.arg(displayName(path.toStdString())), path};
    }
    QSaveFile file(path);
    const bool written = file.open(QIODevice::WriteOnly)
        && file.write(text.data(), qint64(text.size())) == qint64(text.size()) && file.commit();
    if (written)
        return {};
    return Error{Error::Kind::Unwritable,
                 u"“%1” cannot be written: %2."_s.arg(displayName(path.toStdString()), file.errorString()), path};
}
}

Result<int> runTargetsList(const std::string & /*glob*/, Verbosity verbosity)
{
    Terminal(verbosity.quiet)
        .note(
            u"No architectures are built in: a target is a checkpoint or a manifest. `weightsmith targets from FILE -o MANIFEST` makes one."_s);
    return 0;
}

Result<int> runTargetsShow(const std::string &spec, Verbosity verbosity)
{
    const Terminal terminal(verbosity.quiet);
    TerminalProgress progress(u"opening"_s, verbosity.quiet);
    const auto target = openTarget(QString::fromStdString(spec), progress);
    if (!target)
        return target.error();
    if (verbosity.json) {
        terminal.out(printManifest(**target));
        return 0;
    }
    terminal.line(u"%1: %2 keys, %3 parameters"_s.arg((*target)->name(), exactText(qint64((*target)->keys().size())),
                                                      exactText((*target)->parameters())));
    for (const TargetKey &key : (*target)->keys()) {
        terminal.line(u"%1  %2  %3"_s.arg(
            displayName(key.name), key.dtype == DType::Unknown ? u"any dtype"_s : QString::fromLatin1(word(key.dtype)),
            wantedShapeText(key)));
    }
    terminal.notes((*target)->findings());
    return 0;
}

Result<int> runTargetsFrom(const std::string &file, const std::string &output, bool force, Verbosity verbosity)
{
    const Terminal terminal(verbosity.quiet);
    TerminalProgress progress(u"opening"_s, verbosity.quiet);
    const auto target = openTarget(QString::fromStdString(file), progress);
    if (!target)
        return target.error();
    const std::string text = printManifest(**target);
    if (output == "-") {
        terminal.out(text);
        return 0;
    }
    const auto written = writeText(QString::fromStdString(output), text, force);
    if (!written)
        return written.error();
    terminal.note(u"wrote %1: %2 keys"_s.arg(displayName(output), exactText(qint64((*target)->keys().size()))));
    return 0;
}
