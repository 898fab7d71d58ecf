// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/save/layouttext.h"

#include "model/save/transfer.h"
#include "tests/save/temporaryfolder.h"

QByteArray fileOf(const Layout &layout, const std::shared_ptr<const Checkpoint> &checkpoint)
{
    const TemporaryFolder folder;
    const QString path = folder.path(QStringLiteral("out"));
    auto file = AtomicFile::create(path, AtomicFile::Existing::Refuse, layout.bytes);
    Progress progress;
    ByteCount count(progress, layout.bytes);
    if (!file)
        return file.error().message.toUtf8();
    const auto transferred = transfer(layout, checkpoint, nullptr, Hashing::None, **file, count);
    if (!transferred)
        return transferred.error().message.toUtf8();
    if (const auto done = (*file)->commit(); !done)
        return done.error().message.toUtf8();
    const QByteArray bytes = folder.read(QStringLiteral("out"));
    return bytes.size() == layout.bytes ? bytes : QByteArray("the layout told another size");
}

QStringList findingTexts(const Findings &findings)
{
    QStringList texts;
    for (const Finding &finding : findings)
        texts += QString::fromStdString(finding.kind) + QStringLiteral(": ") + finding.message;
    return texts;
}
