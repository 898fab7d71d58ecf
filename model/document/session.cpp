// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/document/session.h"

#include "model/base/inputfile.h"
#include "model/base/text.h"

#include <QCoreApplication>
#include <QDir>
#include <QJsonDocument>
#include <QJsonObject>
#include <QSaveFile>

#include <filesystem>

using namespace Qt::StringLiterals;

namespace {
constexpr int version = 1;
constexpr qint64 largestFile = 64 << 20; // a recipe of 4 MB and a draft, every character of them escaped
constexpr qsizetype longestDraft = 4 << 20; // longer text can be no recipe
constexpr int mostSessions = 20;
constexpr auto versionKey = "weightsmith-session"_L1;
constexpr auto checkpointKey = "checkpoint"_L1;
constexpr auto rootKey = "root"_L1;
constexpr auto targetKey = "target"_L1;
constexpr auto recipePathKey = "recipe-path"_L1;
constexpr auto recipeKey = "recipe"_L1;
constexpr auto draftKey = "draft"_L1;

QString tr(const char *text)
{
    return QCoreApplication::translate("Session", text);
}

QString shown(const QString &text)
{
    return displayName(text.toStdString());
}

Error damaged(const QString &path, const QString &why)
{
    return {Error::Kind::Damaged,
            tr("What an earlier session left in “%1” cannot be restored: %2").arg(shown(path), why), path};
}

Result<QByteArray> contents(const QString &path)
{
    const auto file = InputFile::open(path);
    if (!file)
        return file.error();
    if ((*file)->size() > largestFile) {
        return damaged(path,
                       tr("it has %1, and %2 are the most.").arg(bytesText((*file)->size()), bytesText(largestFile)));
    }
    QByteArray bytes((*file)->size(), '\0');
    const auto read = (*file)->readAt(0, std::as_writable_bytes(std::span(bytes.data(), std::size_t(bytes.size()))));
    if (!read)
        return read.error();
    return bytes;
}

/// Whether every field is of its type, and nothing else is there.
bool isWellFormed(const QJsonObject &object)
{
    const QStringList texts{checkpointKey, rootKey, targetKey, recipePathKey, recipeKey, draftKey};
    for (auto field = object.begin(); field != object.end(); ++field) {
        const bool isVersion = field.key() == versionKey;
        if (isVersion ? !field->isDouble() : !texts.contains(field.key()) || !field->isString())
            return false;
    }
    return object.contains(recipeKey);
}

/// Out of the way of the next search. A name that cannot be changed is found, and told, again.
void putAside(const QString &path)
{
    const std::filesystem::path from(QFile::encodeName(path).toStdString());
    std::error_code ignored;
    std::filesystem::rename(from, from.string() + ".damaged", ignored);
}
}

Result<void> writeSession(const QString &path, const Session &session)
{
    QJsonObject object{{versionKey, version},
                       {checkpointKey, session.checkpoint},
                       {targetKey, session.target},
                       {recipePathKey, session.recipePath},
                       {recipeKey, QString::fromStdString(session.recipe.text())}};
    const QString root = session.root ? QString::fromStdString(*session.root) : QString();
    if (session.root && root.toStdString() == *session.root) // others are chosen anew
        object.insert(rootKey, root);
    if (!session.draft.isEmpty() && session.draft.size() <= longestDraft)
        object.insert(draftKey, session.draft);
    const QByteArray text = QJsonDocument(object).toJson();
    QSaveFile file(path);
    if (!file.open(QIODevice::WriteOnly) || file.write(text) != text.size() || !file.commit()) {
        return Error{Error::Kind::Unwritable,
                     tr("Changes are not kept for the case of a crash: “%1” cannot be written: %2.")
                         .arg(shown(path), file.errorString()),
                     path};
    }
    return {};
}

Result<Session> readSession(const QString &path)
{
    const Result<QByteArray> bytes = contents(path);
    if (!bytes)
        return bytes.error();
    QJsonParseError problem;
    const QJsonObject object = QJsonDocument::fromJson(*bytes, &problem).object();
    if (problem.error != QJsonParseError::NoError)
        return damaged(path, tr("it is no JSON (%1).").arg(problem.errorString()));
    if (!isWellFormed(object))
        return damaged(path, tr("its fields are not those of a session."));
    if (object.value(versionKey).toInt() != version)
        return damaged(path, tr("it is not of version %1, which this program knows.").arg(version));
    Session session;
    session.checkpoint = object.value(checkpointKey).toString();
    session.target = object.value(targetKey).toString();
    session.recipePath = object.value(recipePathKey).toString();
    if (object.contains(rootKey))
        session.root = object.value(rootKey).toString().toStdString();
    const Result<Recipe> recipe = Recipe::parse(object.value(recipeKey).toString().toStdString(), session.recipePath);
    if (!recipe)
        return damaged(path, recipe.error().message);
    session.recipe = *recipe;
    session.draft = object.value(draftKey).toString();
    return session;
}

std::unique_ptr<QLockFile> lockOfSession(const QString &path)
{
    auto lock = std::make_unique<QLockFile>(path + ".lock"_L1);
    lock->setStaleLockTime(0); // a window may stay open for weeks
    return lock->tryLock(0) ? std::move(lock) : nullptr;
}

LeftSession::LeftSession(QString path, Session session, std::unique_ptr<QLockFile> lock)
    : m_path(std::move(path))
    , m_session(std::move(session))
    , m_lock(std::move(lock))
{}

void LeftSession::remove()
{
    QFile::remove(m_path);
    m_lock.reset();
}

LeftSessions findLeftSessions(const QString &folder)
{
    LeftSessions left;
    const QFileInfoList files = QDir(folder).entryInfoList({u"*.json"_s}, QDir::Files | QDir::System, QDir::Time);
    for (const QFileInfo &file : files.first(qMin<qsizetype>(files.size(), mostSessions))) {
        const QString path = file.filePath();
        std::unique_ptr<QLockFile> lock = lockOfSession(path);
        if (!lock)
            continue;
        Result<Session> session = readSession(path);
        if (session) {
            left.sessions.emplace_back(path, std::move(*session), std::move(lock));
            continue;
        }
        left.problems.push_back(session.error());
        putAside(path);
    }
    return left;
}

std::optional<QStringList> targetsOfSessions(const QString &folder)
{
    QStringList targets;
    const QFileInfoList files = QDir(folder).entryInfoList({u"*.json"_s}, QDir::Files | QDir::System);
    for (const QFileInfo &file : files) {
        const Result<Session> session = readSession(file.filePath());
        if (!session)
            return std::nullopt;
        targets << session->target;
    }
    return targets;
}
