// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/base/job.h"
#include "model/items/namelist.h"
#include "model/recipe/step.h"
#include "ui/completer.h"

class Document;
struct Table;
class Target;

/// What the fields of steps and of bind are completed from: the keys of this file, as the recipe leaves them before a
/// step, and those of the target. The lists are made on a thread of their own; until then nothing is offered.
class KeyCompletion final : public QObject
{
    Q_OBJECT

public:
    KeyCompletion(const Document *document, QObject *parent);

    /// Keys as they are before this step, or at the end of the recipe for -1. Follows new plans.
    void lookBefore(int step);
    bool isReady() const { return m_isReady; }

    /// Whether a field of this name holds keys or pieces of them.
    static bool knows(std::string_view field);

    /// For the field of a step or of bind, and for the kind of match of a selector, which is called like a field.
    Completions forField(std::string_view field, std::span<const std::string_view> choices,
                         const QString &before) const;

Q_SIGNALS:
    void ready();

private:
    struct Lists
    {
        std::shared_ptr<const NameList> source;
        std::shared_ptr<const NameList> target;
    };

    void follow();

    const Document *m_document;
    int m_step = -1;
    bool m_isAsked = false;
    bool m_isReady = false;
    std::shared_ptr<const Table> m_table; ///< that the lists are of
    std::shared_ptr<const Target> m_target;
    Lists m_lists;
    Job<Lists> m_making;
};

/// Words that begin with what is typed, in the place of `token`.
Completions wordsFrom(std::span<const std::string_view> words, const QString &token);
