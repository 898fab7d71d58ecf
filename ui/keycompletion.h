// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/base/job.h"
#include "model/items/namelist.h"
#include "model/recipe/step.h"
#include "ui/completer.h"

class Document;

/// What the fields of steps and of bind are completed from: the keys of this file, as the recipe leaves them before a
/// step, and those of the target. The lists are made on a thread of their own; until then the older ones are used.
class KeyCompletion final : public QObject
{
    Q_OBJECT

public:
    KeyCompletion(const Document *document, QObject *parent);

    /// Keys as they are before this step, or at the end of the recipe for -1. Follows new plans while `asker`, the
    /// form or text that is completed, can be seen.
    void lookBefore(int step, QWidget *asker);
    /// Whether the lists are those last asked for.
    bool isReady() const { return m_isReady; }

    /// Whether a field of this name holds keys or pieces of them.
    static bool knows(std::string_view field);

    /// For the field of a step or of bind, and for the kind of match of a selector, which is called like a field.
    Completions forField(std::string_view field, std::span<const std::string_view> choices,
                         const QString &before) const;

private:
    struct Lists
    {
        std::shared_ptr<const NameList> source;
        std::shared_ptr<const NameList> target;
    };

    /// All that the keys before a step follow from.
    struct Base
    {
        std::shared_ptr<const Checkpoint> checkpoint;
        std::optional<std::string> rootPath;
        std::shared_ptr<const Target> target;
        std::vector<Step> steps;

        bool operator==(const Base &) const = default;
    };

    void follow();

    const Document *m_document;
    int m_step = -1;
    QPointer<QWidget> m_asker;
    bool m_isReady = false;
    std::optional<Base> m_base; ///< that the lists are of, or will be
    Lists m_lists;
    Job<Lists> m_making;
};

/// Words that begin with what is typed, in the place of `token`.
Completions wordsFrom(std::span<const std::string_view> words, const QString &token);
