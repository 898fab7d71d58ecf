// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/document/pastedkeys.h"

#include "model/base/text.h"
#include "model/checkpoint/rootchoice.h"
#include "model/target/keylist.h"

#include <QCoreApplication>
#include <QCryptographicHash>
#include <QDir>
#include <QSaveFile>
#include <QUuid>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace {
const auto ending = u".keys.txt"_s;
const auto lockEnding = u".lock"_s;

QString tr(const char *text)
{
    return QCoreApplication::translate("Document", text);
}

std::vector<KeyList::Key> keysOf(const Table &table)
{
    std::vector<KeyList::Key> keys;
    keys.reserve(table.rows.size());
    for (const Row &row : table.rows)
        keys.push_back({std::string(row.name), *row.value->shape, DType::Unknown});
    return keys;
}

/// Of the root that the plan is made from, as the file names them.
std::vector<KeyList::Key> sourceKeysOf(const Plan &plan)
{
    std::vector<KeyList::Key> keys;
    const std::optional<RootId> root = plan.table ? findRoot(*plan.checkpoint, plan.table->rootPath) : std::nullopt;
    if (!root)
        return keys;
    for (const Tensor &tensor : plan.checkpoint->tensors(plan.checkpoint->root(*root)))
        keys.push_back({std::string(tensor.name), tensor.shape, DType::Unknown});
    return keys;
}

std::unique_ptr<QLockFile> tryLock(const QString &path)
{
    auto lock = std::make_unique<QLockFile>(path);
    lock->setStaleLockTime(0); // a window may stay open for weeks
    return lock->tryLock(0) ? std::move(lock) : nullptr;
}
}

Result<QString> keepPastedKeys(const std::string &text, const Plan *plan, const QString &folder)
{
    Result<KeyList> list = readKeyList(text);
    if (!list)
        return list.error();
    if (list->isMessage && plan && plan->table) {
        const std::vector<KeyList::Key> result = keysOf(*plan->table);
        const std::vector<KeyList::Key> source = sourceKeysOf(*plan);
        list = completed(*list, keysKnown(*list, result) >= keysKnown(*list, source) ? result : source);
    }
    if (list->model.empty())
        list->model = tr("pasted keys").toStdString();
    const QByteArray kept = QByteArray::fromStdString(printKeyList(*list));
    const QByteArray digest = QCryptographicHash::hash(kept, QCryptographicHash::Sha1).toHex().left(8);
    const QString path = QDir(folder).filePath(QString::fromLatin1(digest) + ending);
    QSaveFile file(path);
    if (!QDir().mkpath(folder) || !file.open(QIODevice::WriteOnly) || file.write(kept) != kept.size()
        || !file.commit()) {
        return Error{
            Error::Kind::Unwritable,
            tr("What was pasted cannot be kept in “%1”: %2.").arg(displayName(path.toStdString()), file.errorString()),
            path};
    }
    return path;
}

std::unique_ptr<QLockFile> holdPastedKeys(const QString &folder, const std::optional<QStringList> &named)
{
    const QDir dir(folder);
    const QString own = QUuid::createUuid().toString(QUuid::WithoutBraces) + lockEnding;
    std::unique_ptr<QLockFile> lock = QDir().mkpath(folder) ? tryLock(dir.filePath(own)) : nullptr;
    if (!lock || !named)
        return lock;
    const QStringList locks = dir.entryList({u'*' + lockEnding}, QDir::Files);
    for (const QString &name : locks) {
        if (name != own && !tryLock(dir.filePath(name))) // what a dead process left is taken, and goes
            return lock;
    }
    const QStringList files = dir.entryList({u'*' + ending}, QDir::Files);
    for (const QString &name : files) {
        const auto isThis = [&](const QString &target) { return target.contains(name); };
        if (std::none_of(named->begin(), named->end(), isThis))
            QFile::remove(dir.filePath(name));
    }
    return lock;
}
